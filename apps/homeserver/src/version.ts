import { readFileSync } from 'node:fs';

// The project's own manifest, whose version is text.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** The server's version, as it calls itself in metrics and to administrators. */
export const VERSION: string = manifest.version;
