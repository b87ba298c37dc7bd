import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let path: string;

beforeAll(async () => {
  homeserver = await startHomeserver();
  path = `${homeserver.baseUrl}/_matrix/client/unstable/org.matrix.msc4108/rendezvous`;
});
afterAll(async () => homeserver.stop());

const send = async (method: string, url: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'content-type': 'text/plain', ...headers },
  });
const open = async (text = 'first'): Promise<{ readonly url: string; readonly etag: string }> => {
  const response = await send('POST', path, text);
  expect(response.status).toBe(201);
  const { url } = (await response.json()) as { url: string };
  return { url, etag: response.headers.get('etag') ?? '' };
};

test('two devices leave notes for each other', async () => {
  const { url, etag } = await open();
  const read = await send('GET', url);
  expect([read.status, await read.text(), read.headers.get('content-type'), read.headers.get('etag')]).toEqual([
    200,
    'first',
    'text/plain',
    etag,
  ]);
  expect(read.headers.get('access-control-expose-headers')).toContain('ETag');
  expect((await send('GET', url, undefined, { 'if-none-match': etag })).status).toBe(304);
  const written = await send('PUT', url, 'second', { 'if-match': etag });
  expect(written.status).toBe(202);
  expect(await (await send('GET', url, undefined, { 'if-none-match': etag })).text()).toBe('second');
  const late = await send('PUT', url, 'third', { 'if-match': etag });
  expect([late.status, ((await late.json()) as { errcode: string }).errcode]).toEqual([412, 'M_CONCURRENT_WRITE']);
  expect((await send('DELETE', url)).status).toBe(204);
  expect((await send('GET', url)).status).toBe(404);
});

test('a note is small, is text, and names what it replaces', async () => {
  expect((await send('POST', path, 'x'.repeat(4096))).status).toBe(201);
  expect((await send('POST', path, 'x'.repeat(4097))).status).toBe(413);
  expect((await send('POST', path, '{}', { 'content-type': 'application/json' })).status).toBe(400);
  const { url } = await open();
  expect((await send('PUT', url, 'second')).status).toBe(400);
});

test('a place ends a minute after the last note', async () => {
  const { url, etag } = await open();
  homeserver.clock.advance(59_000);
  expect((await send('PUT', url, 'second', { 'if-match': etag })).status).toBe(202);
  homeserver.clock.advance(59_000);
  expect((await send('GET', url)).status).toBe(200);
  homeserver.clock.advance(1_000);
  expect((await send('GET', url)).status).toBe(404);
});

test('there are a hundred places, and the newest stay', async () => {
  const first = await open();
  const second = await open();
  for (let count = 0; count < 99; count += 1) await open();
  expect((await send('GET', first.url)).status).toBe(404);
  expect((await send('GET', second.url)).status).toBe(200);
});
