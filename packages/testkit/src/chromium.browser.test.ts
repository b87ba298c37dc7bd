import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './chromium.ts';

const WORKER =
  "self.addEventListener('fetch', (event) => { if (event.request.url.endsWith('/offline')) event.respondWith(new Response('from the worker')); }); self.addEventListener('activate', () => self.clients.claim());";

const server = createServer((request, response) => {
  const isWorker = request.url === '/worker.js';
  response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(isWorker ? WORKER : '<!doctype html><title>page</title><h1 style="color:#000">Guten Tag 👋</h1>');
});
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const listening = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => listening.resolve(undefined));
  await listening.promise;
  browser = await launchBrowser();
  page = await browser.newPage();
  // The server listens on TCP, so that its address is an object.
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser.close();
  server.close();
});

test('a service worker answers for the page', async () => {
  const text = await page.evaluate(async () => {
    const claimed = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
    await navigator.serviceWorker.register('/worker.js');
    await claimed;
    return (await fetch('/offline')).text();
  });
  expect(text).toBe('from the worker');
});

test('WebAssembly runs', async () => {
  // (module (func (export "f") (result i32) i32.const 42))
  const bytes = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11,
  ];
  const result = await page.evaluate(async (code) => {
    const { instance } = await WebAssembly.instantiate(new Uint8Array(code));
    // The module above exports exactly this.
    return (instance.exports as { f: () => number }).f();
  }, bytes);
  expect(result).toBe(42);
});

test('IndexedDB and the private file system keep data', async () => {
  const kept = await page.evaluate(async () => {
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('db', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('s');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('refused'));
    });
    const write = opened.transaction('s', 'readwrite');
    write.objectStore('s').put('value', 'key');
    const read = await new Promise<unknown>((resolve) => {
      const request = write.objectStore('s').get('key');
      request.onsuccess = () => resolve(request.result);
    });
    const file = await (await navigator.storage.getDirectory()).getFileHandle('f', { create: true });
    const writable = await file.createWritable();
    await writable.write('text');
    await writable.close();
    return [read, await (await file.getFile()).text()];
  });
  expect(kept).toEqual(['value', 'text']);
});

test('a screenshot shows the text', async () => {
  const shown = await page.screenshot();
  await page.evaluate(() => document.querySelector('h1')?.style.setProperty('visibility', 'hidden'));
  const hidden = await page.screenshot();
  expect(shown.subarray(1, 4).toString()).toBe('PNG');
  expect(shown.equals(hidden)).toBe(false);
});

test('contexts are separate people', async () => {
  const [first, second] = await Promise.all([browser.newContext(), browser.newContext()]);
  const pages = await Promise.all([first.newPage(), second.newPage()]);
  await Promise.all(pages.map(async (each) => each.goto(page.url())));
  await pages[0].evaluate(() => localStorage.setItem('who', 'Anna'));
  expect(await pages[1].evaluate(() => localStorage.getItem('who'))).toBeNull();
  await first.close();
  await second.close();
});
