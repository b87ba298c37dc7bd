import { chromium, type Browser } from 'playwright-core';
import { installChromium, type ChromiumInstallation } from './chromium-installation.ts';

/** A browser that talks to the page's origin and to nobody else. */
const FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  // Headless: nobody looks at the hints that a screen's pixels would ask for.
  '--font-render-hinting=none',
  // Neither containers nor machines without user namespaces can offer the sandbox; the pages are our own.
  '--no-sandbox',
  '--no-zygote',
] as const;

async function findChromium(): Promise<ChromiumInstallation> {
  const executablePath = process.env['STAFETTE_CHROMIUM'];
  return executablePath === undefined ? installChromium() : { executablePath, env: {} };
}

/** Starts the Chromium that npm installed, or the one that `STAFETTE_CHROMIUM` names. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args: [...FLAGS], env: { ...process.env, ...env } });
}
