import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressedCopies } from './build/compressed-copies.ts';
import { precacheList } from './build/precache-list.ts';

/** The homeserver that the development server sends Matrix requests to. */
const homeserver = process.env['STAFETTE_HOMESERVER'] ?? 'http://localhost:8008';
const proxy = Object.fromEntries(
  ['/_matrix', '/_stafette', '/.well-known'].map((path) => [path, { target: homeserver }]),
);

export default defineConfig({
  plugins: [react(), precacheList(), compressedCopies()],
  build: {
    target: 'es2022',
    // The policy of the page forbids data: fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { main: 'index.html', 'service-worker': 'src/service-worker.ts' },
      // The service worker's address stays the same over all versions: that is how a browser finds its successor.
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy },
  preview: { proxy },
});
