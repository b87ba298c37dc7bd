import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAX_UPLOAD_BYTES = 300_000;
let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;

beforeAll(async () => {
  homeserver = await startHomeserver({ maxUploadBytes: MAX_UPLOAD_BYTES });
  [anna, bernd] = [await homeserver.register('anna'), await homeserver.register('bernd')];
});
afterAll(async () => homeserver.stop());

type Headers = Readonly<Record<string, string>>;
const send = async (
  user: TestUser | undefined,
  method: string,
  path: string,
  body?: Buffer<ArrayBuffer>,
  headers: Headers = {},
): Promise<Response> =>
  fetch(`${homeserver.baseUrl}/_matrix/${path}`, {
    method,
    headers: { ...(user && { authorization: `Bearer ${user.accessToken}` }), ...headers },
    ...(body && { body }),
  });
const upload = async (body: Buffer<ArrayBuffer>, query = '', headers: Headers = {}): Promise<string> => {
  const answer = await send(anna, 'POST', `media/v3/upload${query}`, body, headers);
  expect(answer.status).toBe(200);
  // The contract of the endpoint.
  const { content_uri: uri } = (await answer.json()) as { content_uri: string };
  return uri.replace('mxc://', '');
};
const download = async (place: string, headers: Headers = {}): Promise<Response> =>
  send(bernd, 'GET', `client/v1/media/download/${place}`, undefined, headers);
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const errcodeOf = async (answer: Response): Promise<unknown> =>
  ((await answer.json()) as { errcode?: unknown }).errcode;

describe('files', () => {
  test('of an encrypted room come back bit for bit, and cannot be shown by a browser', async () => {
    const ciphertext = randomBytes(200_000);
    const answer = await download(await upload(ciphertext, '', { 'content-type': 'application/octet-stream' }));
    expect(await bytesOf(answer)).toEqual(ciphertext);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-length': '200000',
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': expect.stringContaining('private'),
    });
  });

  test.each([
    ['text/html', 'attachment'],
    ['image/svg+xml', 'attachment'],
    ['application/xhtml+xml', 'attachment'],
    ['IMAGE/PNG; charset=x', 'inline'],
    ['text/plain', 'inline'],
  ])('of type %s are given out as %s', async (type, disposition) => {
    const answer = await download(await upload(Buffer.from('x'), '', { 'content-type': type }));
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBe(disposition);
  });

  test.each([
    ['plain.txt', 'inline; filename="plain.txt"'],
    ['a "b";c.txt', `inline; filename="a _b_;c.txt"; filename*=utf-8''a%20%22b%22%3Bc.txt`],
    ['Übersicht.txt', `inline; filename="_bersicht.txt"; filename*=utf-8''%C3%9Cbersicht.txt`],
    ['a\r\nset-cookie: b\0', 'inline; filename="a__set-cookie: b_"'],
  ])('named %j keep their name, and the name stays a name', async (name, disposition) => {
    const place = await upload(Buffer.from('x'), `?filename=${encodeURIComponent(name)}`, {
      'content-type': 'text/plain',
    });
    expect((await download(place)).headers.get('content-disposition')).toBe(disposition);
    expect((await download(`${place}/other.txt`)).headers.get('content-disposition')).toBe(
      'inline; filename="other.txt"',
    );
  });

  test('are given out in part', async () => {
    const bytes = randomBytes(1000);
    const place = await upload(bytes);
    const part = await download(place, { range: 'bytes=100-199' });
    expect([part.status, part.headers.get('content-range'), await bytesOf(part)]).toEqual([
      206,
      'bytes 100-199/1000',
      bytes.subarray(100, 200),
    ]);
    const none = await download(place, { range: 'bytes=1000-' });
    expect([none.status, none.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
  });

  test('are for people with an account alone, under the earlier paths as well', async () => {
    const place = await upload(Buffer.from('x'));
    for (const path of [`client/v1/media/download/${place}`, 'client/v1/media/config', 'media/v3/config'])
      expect((await send(undefined, 'GET', path)).status).toBe(401);
    for (const path of [
      `v3/download/${place}`,
      `v3/download/${place}/x.txt`,
      `r0/thumbnail/${place}?width=1&height=1`,
    ]) {
      const answer = await send(undefined, 'GET', `media/${path}`);
      expect([answer.status, await errcodeOf(answer)]).toEqual([404, 'M_NOT_FOUND']);
    }
    for (const path of [`v3/download/${place}`, `v3/download/${place}/x.txt`, `r0/download/${place}`])
      expect((await send(bernd, 'GET', `media/${path}`)).status).toBe(200);
    for (const path of ['/_matrix/client/v1/media/config', '/_matrix/media/v3/config'])
      expect(await homeserver.as(bernd).get(path)).toEqual({ 'm.upload.size': MAX_UPLOAD_BYTES });
  });

  test.each(['%252e%252e', '..%2f..%2fetc%2fpasswd', 'a%00b', 'a'.repeat(255), '%F0%9F%98%80'])(
    'are not found under the id %s',
    async (mediaId) => {
      const answer = await download(`test.example/${mediaId}`);
      expect([answer.status, await errcodeOf(answer)]).toEqual([404, 'M_NOT_FOUND']);
    },
  );
});

describe('a file that is too large', () => {
  test('is refused with an answer that the client can read, with a length and without', async () => {
    const body = randomBytes(MAX_UPLOAD_BYTES + 1);
    const answer = await send(anna, 'POST', 'media/v3/upload', body);
    expect([answer.status, await errcodeOf(answer)]).toEqual([413, 'M_TOO_LARGE']);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(homeserver.baseUrl);
      const chunked = request({
        port,
        method: 'POST',
        path: '/_matrix/media/v3/upload',
        headers: { authorization: `Bearer ${anna.accessToken}`, 'transfer-encoding': 'chunked' },
      });
      chunked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      for (let sent = 0; sent < 10 * MAX_UPLOAD_BYTES; sent += body.length) chunked.write(body);
      chunked.end();
    });
    expect(status).toBe(413);
  });
});

test('a reserved address answers as soon as its file is there', async () => {
  const reserved = (await (await send(anna, 'POST', 'media/v1/create')).json()) as {
    content_uri: string;
    unused_expires_at: number;
  };
  expect(reserved.unused_expires_at).toBeGreaterThan(homeserver.clock.nowMs());
  const place = reserved.content_uri.replace('mxc://', '');
  const early = await download(`${place}?timeout_ms=0`);
  expect([early.status, await errcodeOf(early)]).toEqual([504, 'M_NOT_YET_UPLOADED']);
  const waiting = download(`${place}?timeout_ms=30000`);
  expect((await send(anna, 'PUT', `media/v3/upload/${place}`, Buffer.from('there'))).status).toBe(200);
  expect(await (await waiting).text()).toBe('there');
  const again = await send(anna, 'PUT', `media/v3/upload/${place}`);
  expect([again.status, await errcodeOf(again)]).toEqual([409, 'M_CANNOT_OVERWRITE_MEDIA']);
});

test('thumbnails are pictures, with a length and a type of their own', async () => {
  const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'green' } })
    .png()
    .toBuffer();
  const place = await upload(Buffer.from(picture), '', { 'content-type': 'text/html' });
  const answer = await send(bernd, 'GET', `client/v1/media/thumbnail/${place}?width=96&height=96&method=crop`);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(answer.headers.get('content-disposition')).toMatch(/^inline; filename="thumbnail\.[a-z]+"$/);
  const bytes = await bytesOf(answer);
  expect(Number(answer.headers.get('content-length'))).toBe(bytes.length);
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 96, height: 96 });
});
