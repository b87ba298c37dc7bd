import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../platform/random.ts';
import { RendezvousSessions } from './rendezvous-sessions.ts';

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

const places = (): RendezvousSessions =>
  new RendezvousSessions({ clock: homeserver.clock, random: systemRandom, openerOf: (ip) => ip }, 1_000);

test('who opens many places takes the room from themselves alone', () => {
  const sessions = places();
  const note = Buffer.from('note');
  const [first, second] = [sessions.open(note, 'flood'), sessions.open(note, 'flood')];
  const other = sessions.open(note, 'other');
  for (let count = 0; count < 49; count += 1) sessions.open(note, 'flood');
  expect(() => sessions.read(first.id)).toThrow('There is no such session');
  expect([sessions.read(second.id).tag, sessions.read(other.id).tag]).toEqual([second.note.tag, other.note.tag]);
});

test('there is room for a thousand places, and the newest stay', () => {
  const sessions = places();
  const opened = Array.from({ length: 1_001 }, (_, index) => sessions.open(Buffer.from('note'), `opener ${index}`));
  const isThere = (id: string | undefined): boolean => {
    try {
      return sessions.read(id ?? '') !== undefined;
    } catch {
      return false;
    }
  };
  expect([opened[0], opened[1], opened[1_000]].map((place) => isThere(place?.id))).toEqual([false, true, true]);
});

describe('a channel in JSON', () => {
  const CHANNELS = '/_matrix/client/unstable/io.element.msc4388/rendezvous';
  interface Channel {
    readonly id: string;
    readonly sequence_token: string;
  }
  const openChannel = async (data = 'first'): Promise<Channel> =>
    homeserver.anonymous.post<{ id: string; sequence_token: string }>(CHANNELS, { data });

  test('is announced, and two devices write into it by turns', async () => {
    expect(await homeserver.anonymous.get(CHANNELS)).toEqual({ create_available: true });
    const { unstable_features: features } = await homeserver.anonymous.get('/_matrix/client/versions');
    expect(features).toMatchObject({ 'io.element.msc4388': true });
    const { id, sequence_token: first } = await openChannel();
    const path = `${CHANNELS}/${id}`;
    const read = { data: 'first', sequence_token: first, expires_in_ms: 120_000 };
    expect(await homeserver.anonymous.get(path)).toEqual(read);
    homeserver.clock.advance(1_000);
    expect(await homeserver.anonymous.get(path)).toEqual({ ...read, expires_in_ms: 119_000 });
    const { sequence_token: second } = await homeserver.anonymous.put(path, { data: 'second', sequence_token: first });
    expect(await homeserver.anonymous.get(path)).toEqual({
      data: 'second',
      sequence_token: second,
      expires_in_ms: 120_000,
    });
    expect(await homeserver.anonymous.try('PUT', path, { data: 'late', sequence_token: first })).toMatchObject({
      status: 409,
      body: { errcode: 'IO_ELEMENT_MSC4388_CONCURRENT_WRITE' },
    });
    await homeserver.anonymous.delete(path);
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { data: 'x', sequence_token: second }],
      ['DELETE', undefined],
    ] as const)
      expect(await homeserver.anonymous.try(method, path, body)).toMatchObject({
        status: 404,
        body: { errcode: 'M_NOT_FOUND' },
      });
  });

  test('ends two minutes after it was written into', async () => {
    const { id } = await openChannel();
    homeserver.clock.advance(119_999);
    expect((await homeserver.anonymous.try('GET', `${CHANNELS}/${id}`)).status).toBe(200);
    homeserver.clock.advance(1);
    expect((await homeserver.anonymous.try('GET', `${CHANNELS}/${id}`)).status).toBe(404);
  });

  test('takes 4 KiB of text', async () => {
    const { id, sequence_token: token } = await openChannel('ä'.repeat(2_048));
    const path = `${CHANNELS}/${id}`;
    for (const answer of [
      await homeserver.anonymous.try('POST', CHANNELS, { data: 'ä'.repeat(2_049) }),
      await homeserver.anonymous.try('POST', CHANNELS, { data: 'x'.repeat(40_000) }),
      await homeserver.anonymous.try('PUT', path, { data: 'ä'.repeat(2_049), sequence_token: token }),
    ])
      expect(answer).toMatchObject({ status: 413, body: { errcode: 'M_TOO_LARGE' } });
    expect((await homeserver.anonymous.get(path))['sequence_token']).toBe(token);
    expect((await homeserver.anonymous.try('POST', CHANNELS, { data: 5 })).status).toBe(400);
    expect((await homeserver.anonymous.try('PUT', path, { data: 'no token' })).status).toBe(400);
  });

  test('of two devices that write at the same moment one is heard', async () => {
    const { id, sequence_token: token } = await openChannel();
    const answers = await Promise.all(
      ['one', 'other'].map(async (data) =>
        homeserver.anonymous.try('PUT', `${CHANNELS}/${id}`, { data, sequence_token: token }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });
});
