import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import type { RequestHandler } from './listener.ts';

/** Nothing but what comes from this origin runs or loads; WebAssembly is the encryption. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=(), browsing-topics=()',
};

/** The build names files in here after their content, so they never change. */
const HASHED_PREFIX = '/assets/';
const FOREVER = 'public, max-age=31536000, immutable';
/** Kept, but asked for again each time: answered by 304 while unchanged. */
const REVALIDATE = 'no-cache';

/** Addresses of files rather than of screens; the latter may hold dots too, as in room addresses. */
const FILE_PATH =
  /^\/assets\/|\/\.[^/]*$|\.(?:css|gif|html|ico|js|json|map|mjs|png|svg|txt|wasm|webmanifest|webp|woff2?|xml)$/i;

const NOT_BUILT =
  '<!doctype html><html lang="en"><title>Stafette</title><p>The server runs, but the web client was not built: <code>npm run build</code>.';

/**
 * Serves the built web client. Addresses of its screens, such as `/setup`, all answer with its one page; a missing file
 * is a plain 404, so that a script's place is never taken by a page. Compressed files beside the originals are preferred.
 */
export async function createWebClient(directory: string): Promise<RequestHandler> {
  const app = fastify({ exposeHeadRoutes: true, routerOptions: { ignoreTrailingSlash: true } });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(PAGE_HEADERS));
  if (existsSync(join(directory, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: directory,
      preCompressed: true,
      cacheControl: false,
      dotfiles: 'ignore',
      index: ['index.html'],
      setHeaders: (reply, path) =>
        void reply.header('cache-control', path.includes(HASHED_PREFIX) ? FOREVER : REVALIDATE),
    });
    app.setNotFoundHandler(async (request, reply) => {
      const path = request.url.split('?', 1)[0] ?? '/';
      const isScreen = (request.method === 'GET' || request.method === 'HEAD') && !FILE_PATH.test(path);
      if (isScreen) return reply.sendFile('index.html');
      return reply.code(404).type('text/plain').send('Not found');
    });
  } else {
    app.setNotFoundHandler(async (_request, reply) => reply.code(503).type('text/html').send(NOT_BUILT));
  }
  await app.ready();
  return (request, response) => app.routing(request, response);
}
