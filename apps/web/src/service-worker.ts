/**
 * Keeps the application's own files, so that it opens without a network. It never touches what the homeserver answers:
 * messages and media are kept, encrypted, by the client itself.
 */
// The library of types declares the window's `self`; in a service worker it is this.
const worker = self as unknown as ServiceWorkerGlobalScope;

const CACHE_PREFIX = 'stafette-shell-';
const NEVER_CACHED = [
  '/_matrix/',
  '/_stafette/',
  '/.well-known/',
  '/health',
  '/readyz',
  '/precache.json',
  '/service-worker.js',
];

interface PrecacheList {
  readonly version: string;
  readonly addresses: readonly string[];
}

async function readPrecacheList(): Promise<PrecacheList> {
  const response = await fetch('/precache.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`The list of files answers ${response.status}`);
  // Written by our own build.
  return (await response.json()) as PrecacheList;
}

async function install(): Promise<void> {
  const { version, addresses } = await readPrecacheList();
  const cache = await caches.open(CACHE_PREFIX + version);
  // Names below /assets/ follow from their content, so the browser's own copy is as good.
  await cache.addAll(
    addresses.map((address) => new Request(address, { cache: address.startsWith('/assets/') ? 'default' : 'reload' })),
  );
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
  // Creation order: the last one is the one just installed.
  await Promise.all(names.slice(0, -1).map(async (name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself comes from the network while there is one, so that a new version shows at the first reload. */
async function answerPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match('/');
    if (page === undefined) throw error;
    return page;
  }
}

async function answerFile(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.startsWith('/assets/')) {
    const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
    const current = names.at(-1);
    if (current !== undefined) await (await caches.open(current)).put(request, response.clone());
  }
  return response;
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (NEVER_CACHED.some((path) => url.pathname.startsWith(path))) return;
  event.respondWith(request.mode === 'navigate' ? answerPage(request) : answerFile(request));
});
