import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Listener } from './listener.ts';
import { createWebClient } from './web-client.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-web-'));
const listener = new Listener();
let url: string;

beforeAll(async () => {
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html>the page');
  writeFileSync(join(directory, 'assets/app-1a2b.js'), 'plain');
  writeFileSync(join(directory, 'assets/app-1a2b.js.gz'), gzipSync('compressed'));
  writeFileSync(join(directory, '.source-hash'), 'internal');
  listener.use(await createWebClient(directory));
  url = `http://127.0.0.1:${await listener.listen({ host: '127.0.0.1', port: 0 })}`;
});
afterAll(async () => {
  await listener.close(0);
  rmSync(directory, { recursive: true, force: true });
});

test.each(['/', '/setup', '/room/!abc:agency.example', '/settings/devices?x=1'])(
  '%s answers with the page',
  async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('the page');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test('a hashed file is kept for ever, and comes compressed to whom can read that', async () => {
  const compressed = await fetch(`${url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'gzip' } });
  expect(await compressed.text()).toBe('compressed');
  expect(compressed.headers.get('cache-control')).toContain('immutable');
  expect(compressed.headers.get('content-type')).toContain('javascript');
  const plain = await fetch(`${url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'identity' } });
  expect(await plain.text()).toBe('plain');
});

test.each(['/assets/missing.js', '/.source-hash', '/..%2f..%2fetc%2fpasswd.txt', '/assets/%00.js'])(
  '%s is not served',
  async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toMatch(/internal|root:/);
  },
);

test('a page cannot be posted to', async () => {
  expect((await fetch(`${url}/setup`, { method: 'POST', body: 'x' })).status).toBe(404);
});
