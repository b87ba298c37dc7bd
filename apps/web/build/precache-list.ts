import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Fetched when first used: each language's emoji, and fonts, which have a fallback. */
const ON_DEMAND = /emoji|\.woff2?$/;

/** Writes `precache.json`: the files that make the application start without a network, and a version made of their names. */
export function precacheList(): Plugin {
  return {
    name: 'stafette-precache-list',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => file.startsWith('assets/') && !ON_DEMAND.test(file));
      const addresses = ['/', '/icon.svg', '/manifest.webmanifest', ...files.toSorted().map((file) => `/${file}`)];
      const version = createHash('sha256').update(addresses.join('\n')).digest('hex').slice(0, 16);
      this.emitFile({ type: 'asset', fileName: 'precache.json', source: JSON.stringify({ version, addresses }) });
    },
  };
}
