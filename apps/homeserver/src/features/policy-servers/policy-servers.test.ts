import {
  encodeBase64,
  encodeBase64Url,
  findRoomVersion,
  signEvent,
  type Ed25519Signer,
  type JsonObject,
} from '@stafette/protocol';
import {
  createTestAuthority,
  startHomeserver,
  TestPeer,
  type Answer,
  type PeerRequest,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { createSigner } from '../server-keys/index.ts';

const KEY_ID = 'ed25519:policy_server';
const key = createSigner(KEY_ID, new Uint8Array(32).fill(1));
const otherKey = createSigner(KEY_ID, new Uint8Array(32).fill(2));
const authority = createTestAuthority();
const certificate = authority.issue(['localhost']);

let peer: TestPeer;
let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let roomId: string;
let count = 0;
/** The policy server's name, under which the homeserver is known as well. */
let via: string;
let port: number;

beforeAll(async () => {
  peer = await TestPeer.open(certificate);
  ({ port } = peer);
  via = `localhost:${port}`;
  homeserver = await startHomeserver({ serverName: via, settings: { authorities: authority.certificate } });
});
afterAll(async () => {
  await homeserver.stop();
  await peer.close();
});
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  await setPolicy();
  peer.received.length = 0;
  peer.answer = signing();
  // What rested because of an earlier test is asked again.
  homeserver.clock.advance(60_000);
});

type Answering = TestPeer['answer'];

/** The event of a request, of room version 12 unless told otherwise. */
const eventOf = ({ body }: PeerRequest): JsonObject => JSON.parse(body.toString()) as JsonObject;
function signatureOf(event: JsonObject, signer: Ed25519Signer, version: string): string {
  const signed = signEvent({ ...event, signatures: {} }, findRoomVersion(version) ?? expect.unreachable(), via, signer);
  return (signed['signatures'] as Record<string, Record<string, string>>)[via]?.[KEY_ID] ?? expect.unreachable();
}
const signing =
  (signer = key, version = '12'): Answering =>
  (request, response) =>
    response.end(JSON.stringify({ [via]: { [KEY_ID]: signatureOf(eventOf(request), signer, version) } }));
const answering =
  (status: number, body: string): Answering =>
  (_request, response) =>
    response.writeHead(status).end(body);
const refusing = (error = 'No spam, please'): Answering =>
  answering(400, JSON.stringify({ errcode: 'M_FORBIDDEN', error }));

const setPolicy = async (content: object = { via, public_keys: { ed25519: encodeBase64(key.publicKey) } }) =>
  homeserver.as(anna).put(`/rooms/${encodeURIComponent(roomId)}/state/m.room.policy/`, content);
let txnId = 0;
const send = async (txn = (txnId += 1), user = bernd): Promise<Answer> =>
  homeserver.as(user).try('PUT', `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txn}`, {
    msgtype: 'm.text',
    body: 'hello',
  });
const storedEvents = async (): Promise<readonly (JsonObject & { readonly signatures: Record<string, object> })[]> => {
  const rows = await homeserver.database.database.reader.query<{ json: string }>(
    sql`select json from event join room on room.nid = event.room_nid where room.id = ${roomId} order by pos`,
  );
  return rows.map(({ json }) => JSON.parse(json) as JsonObject & { readonly signatures: Record<string, object> });
};
const isSigned = ({ signatures }: { readonly signatures: Record<string, object> }): boolean =>
  Object.keys(signatures[via] ?? {}).includes(KEY_ID);

describe('what is sent', () => {
  test('is asked about, and kept with both signatures', async () => {
    expect(await send()).toMatchObject({ status: 200 });
    const [request = expect.unreachable()] = peer.received;
    expect([request.method, request.path]).toEqual(['POST', '/_matrix/policy/v1/sign']);
    expect(request.headers.authorization).toMatch(`X-Matrix origin="${via}",destination="${via}",key="ed25519:a_`);
    const asked = eventOf(request);
    expect(asked).toMatchObject({ type: 'm.room.message', sender: bernd.userId, room_id: roomId, hashes: {} });
    const stored = (await storedEvents()).at(-1) ?? expect.unreachable();
    const own = (asked['signatures'] as Record<string, object>)[via];
    expect(stored).toEqual({ ...asked, signatures: { [via]: { ...own, [KEY_ID]: expect.any(String) as string } } });
    expect(Object.keys(own ?? {})).toEqual([expect.stringMatching(/^ed25519:a_/)]);
  });

  test.each(['1', '6'])('in a room of version %s is asked about in the same way', async (version) => {
    roomId = await homeserver.as(anna).createRoom({ room_version: version });
    await setPolicy({ via, public_keys: { ed25519: encodeBase64Url(key.publicKey) } });
    peer.answer = signing(key, version);
    expect(await send(undefined, anna)).toMatchObject({ status: 200 });
    expect((await storedEvents()).map(isSigned).at(-1)).toBe(true);
  });

  test('by many at once is one chain, and each event is signed', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, async () => send()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const sent = (await storedEvents()).slice(-20);
    expect(sent.every(isSigned)).toBe(true);
    expect(new Set(sent.map((event) => event['depth'])).size).toBe(20);
    expect(sent.every((event) => (event['prev_events'] as readonly string[]).length === 1)).toBe(true);
    expect(peer.received).toHaveLength(20);
  });

  test('may be of any kind: memberships, settings, redactions, reactions', async () => {
    const asAnna = homeserver.as(anna);
    const room = `/rooms/${encodeURIComponent(roomId)}`;
    const { event_id: eventId } = (await send()).body as { event_id: string };
    await asAnna.put(`${room}/redact/${encodeURIComponent(eventId)}/1`, {});
    await asAnna.put(`${room}/state/m.room.name/`, { name: 'Talk' });
    await asAnna.put(`${room}/state/m.room.policy/other`, {});
    await homeserver.as(bernd).post(`${room}/leave`);
    await homeserver.as(bernd).join(roomId);
    expect(peer.received.map((request) => eventOf(request)['type'])).toEqual([
      'm.room.message',
      'm.room.redaction',
      'm.room.name',
      'm.room.policy',
      'm.room.member',
      'm.room.member',
    ]);
  });

  test('when a room is made with a policy server, after the event that names it', async () => {
    const policy = { via, public_keys: { ed25519: encodeBase64(key.publicKey) } };
    const initial = { initial_state: [{ type: 'm.room.policy', state_key: '', content: policy }], name: 'Talk' };
    roomId = await homeserver.as(anna).createRoom(initial);
    const events = await storedEvents();
    const at = events.findIndex((event) => event['type'] === 'm.room.policy');
    expect(events.map(isSigned)).toEqual(events.map((_, index) => index > at));
    peer.answer = refusing();
    expect(await homeserver.as(anna).try('POST', '/createRoom', initial)).toMatchObject({
      status: 400,
      body: { errcode: 'M_INVALID_ROOM_STATE', error: expect.stringContaining('No spam, please') as string },
    });
  });
});

describe('nobody is asked', () => {
  test('in a room without a policy server', async () => {
    await setPolicy({});
    expect(await send()).toMatchObject({ status: 200 });
    expect((await storedEvents()).some(isSigned)).toBe(false);
    expect(peer.received).toEqual([]);
  });

  test.each<object>([
    { via: 'localhost' },
    { public_keys: { ed25519: encodeBase64(key.publicKey) } },
    { via: 'no name', public_keys: { ed25519: encodeBase64(key.publicKey) } },
    { via: 7, public_keys: { ed25519: 7 } },
    // Nobody of that server is in the room.
    { via: 'absent.example', public_keys: { ed25519: encodeBase64(key.publicKey) } },
  ])('when the room’s setting is %j', async (content) => {
    await setPolicy(content);
    expect(await send()).toMatchObject({ status: 200 });
    expect(peer.received).toEqual([]);
  });

  test('about the setting itself', async () => {
    await setPolicy({});
    await setPolicy();
    expect(peer.received).toEqual([]);
  });
});

describe('nothing is sent', () => {
  let before: number;
  beforeEach(async () => {
    before = (await storedEvents()).length;
  });
  /** Nothing was sent so far, and now that the policy server signs it is. */
  const sendAfterAll = async (txn?: number): Promise<void> => {
    expect(await storedEvents()).toHaveLength(before);
    peer.answer = signing();
    homeserver.clock.advance(5_000);
    expect(await send(txn)).toMatchObject({ status: 200 });
  };

  test('that the policy server refuses, and the sender reads why', async () => {
    peer.answer = refusing();
    const refused = { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'No spam, please' } };
    expect(await send(4711)).toMatchObject(refused);
    const state = `/rooms/${encodeURIComponent(roomId)}/state/m.room.name/`;
    expect(await homeserver.as(anna).try('PUT', state, { name: 'Spam' })).toMatchObject(refused);
    // By the same request.
    await sendAfterAll(4711);
  });

  test.each<[string, Answering, number, string]>([
    ['refuses without a reason', answering(403, '{"errcode":"M_FORBIDDEN"}'), 403, 'M_FORBIDDEN'],
    ['does not know the room', answering(404, '{"errcode":"M_NOT_FOUND","error":"?"}'), 403, 'M_FORBIDDEN'],
    ['is none', answering(404, '{"errcode":"M_UNRECOGNIZED","error":"?"}'), 403, 'M_FORBIDDEN'],
    ['signs with another key', signing(otherKey), 403, 'M_FORBIDDEN'],
    ['answers without a signature', answering(200, '{}'), 502, 'M_CONNECTION_FAILED'],
    [
      'signs with garbage',
      (_request, response) => response.end(JSON.stringify({ [via]: { [KEY_ID]: 'garbage' } })),
      403,
      'M_FORBIDDEN',
    ],
    ['answers with garbage', answering(200, '<html>'), 502, 'M_CONNECTION_FAILED'],
    ['answers too much', answering(200, `{"x":"${'x'.repeat(20_000)}"}`), 502, 'M_CONNECTION_FAILED'],
    ['is broken', answering(500, '{"errcode":"M_UNKNOWN"}'), 502, 'M_CONNECTION_FAILED'],
    ['breaks off', (_request, response) => response.destroy(), 502, 'M_CONNECTION_FAILED'],
  ])('when the policy server %s', async (_name, answer, status, errcode) => {
    peer.answer = answer;
    expect(await send()).toMatchObject({ status, body: { errcode } });
    await sendAfterAll();
  });

  test('while the policy server has too much to do, and the sender hears when to try again', async () => {
    peer.answer = answering(429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1234}');
    expect(await send()).toMatchObject({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1234 } });
    await sendAfterAll();
  });

  test('while the policy server is slow; those who wait behind are told at once', { timeout: 20_000 }, async () => {
    peer.answer = () => undefined;
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, async () => send()));
    expect(performance.now() - started).toBeLessThan(9_000);
    // Whichever of them came first.
    expect(answers.map(({ status }) => status).toSorted((one, other) => other - one)).toEqual([
      504, 502, 502, 502, 502,
    ]);
    expect(peer.received).toHaveLength(1);
    await sendAfterAll();
  });

  test('while the policy server is down', async () => {
    await peer.close();
    const answer = await send();
    expect(answer).toMatchObject({ status: 502, body: { errcode: 'M_CONNECTION_FAILED' } });
    expect((answer.body as { error: string }).error).toContain(via);
    peer = await TestPeer.open(certificate, port);
    await sendAfterAll();
  });
});

test('a room parts from a policy server that does not answer, and what waited is sent', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<() => void>();
  peer.answer = (request, response) => resolve(() => signing()(request, response));
  const waiting = send();
  const answerLate = await asked;
  expect(await setPolicy({})).toMatchObject({ event_id: expect.any(String) as string });
  // Others go on at once.
  expect(await send()).toMatchObject({ status: 200 });
  answerLate();
  expect(await waiting).toMatchObject({ status: 200 });
  expect(peer.received).toHaveLength(1);
  const events = await storedEvents();
  expect(events.slice(-3).map((event) => event['type'])).toEqual(['m.room.policy', 'm.room.message', 'm.room.message']);
  expect(events.some(isSigned)).toBe(false);
});

describe('what the server sends later', () => {
  const SOON = { timeout: 10_000 };
  const delayed = '/_matrix/client/unstable/org.matrix.msc4140/delayed_events';
  const schedule = async (): Promise<string> => {
    const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${(txnId += 1)}?org.matrix.msc4140.delay=1000`;
    return (await homeserver.as(bernd).put<{ delay_id: string }>(path, { body: 'later' })).delay_id;
  };
  const outcomeOf = async (delayId: string) => homeserver.as(bernd).get(`${delayed}/${delayId}`);

  test('is tried again while the policy server does not answer', async () => {
    peer.answer = (_request, response) => response.destroy();
    const delayId = await schedule();
    homeserver.clock.advance(1_000);
    await expect.poll(() => peer.received.length, SOON).toBe(1);
    peer.answer = signing();
    await expect
      .poll(async () => {
        homeserver.clock.advance(5_000);
        return outcomeOf(delayId);
      }, SOON)
      .toHaveProperty('event_id');
    expect((await storedEvents()).map(isSigned).at(-1)).toBe(true);
  });

  test('is given up when the policy server refuses it, or does not answer for long', async () => {
    peer.answer = refusing();
    const refused = await schedule();
    homeserver.clock.advance(1_000);
    await expect.poll(async () => outcomeOf(refused), SOON).toMatchObject({ error: { errcode: 'M_FORBIDDEN' } });
    peer.answer = (_request, response) => response.destroy();
    const late = await schedule();
    homeserver.clock.advance(11 * 60_000);
    await expect.poll(async () => outcomeOf(late), SOON).toMatchObject({ error: { errcode: 'M_CONNECTION_FAILED' } });
  });
});
