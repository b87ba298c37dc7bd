import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Fetched when first used: each language's emoji, the Markdown parser, and fonts, which have a fallback. */
const ON_DEMAND = /emoji|compact-|markdown-it|\.woff2?$/;

/**
 * Writes `precache.json`: the files that make the application start without a network, a version made of their names,
 * and the encryption module, whose download is worth a progress bar.
 */
export function precacheList(): Plugin {
  return {
    name: 'stafette-precache-list',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => file.startsWith('assets/') && !ON_DEMAND.test(file));
      const addresses = ['/', '/icon.svg', '/manifest.webmanifest', ...files.toSorted().map((file) => `/${file}`)];
      const version = createHash('sha256').update(addresses.join('\n')).digest('hex').slice(0, 16);
      const module = Object.values(bundle).find((file) => file.type === 'asset' && file.fileName.endsWith('.wasm'));
      const encryption =
        module?.type === 'asset' ? { address: `/${module.fileName}`, sizeBytes: module.source.length } : undefined;
      this.emitFile({
        type: 'asset',
        fileName: 'precache.json',
        source: JSON.stringify({ version, addresses, encryption }),
      });
    },
  };
}
