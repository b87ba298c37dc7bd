import type { JsonObject } from '@stafette/protocol';
import {
  createTestAuthority,
  startHomeserver,
  TestServer,
  type TestClient,
  type TestHomeserver,
  type TestPeer,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const ALGORITHM = 'signed_curve25519';

/** A neighbour that says whatever it likes. */
let server: TestServer;
let homeserver: TestHomeserver;
let anna: TestClient;
/** Somebody of the neighbour. */
let userId: string;
let quiet: TestPeer['answer'];

beforeAll(async () => {
  const authority = createTestAuthority();
  server = await TestServer.open(authority);
  quiet = server.peer.answer;
  homeserver = await startHomeserver({
    settings: { authorities: authority.certificate, federationList: [server.name] },
  });
  anna = homeserver.as(await homeserver.register('anna'));
  userId = `@bernd:${server.name}`;
});
afterAll(async () => {
  await homeserver.stop();
  await server.close();
});
beforeEach(() => {
  server.peer.answer = quiet;
  server.peer.received.length = 0;
  // What rested because of an earlier test is asked again.
  homeserver.clock.advance(60_000);
});

const answerWith = (body: unknown, status = 200): void => {
  server.peer.answer = (_request, response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
};
const failures = (): JsonObject => ({ [server.name]: { message: 'This server cannot be reached' } });
const device = (owner = userId, deviceId = 'PHONE'): JsonObject => ({
  user_id: owner,
  device_id: deviceId,
  algorithms: [],
  keys: {},
  signatures: {},
});
const crossSigningKey = (usage: string, owner = userId): JsonObject => ({
  user_id: owner,
  usage: [usage],
  keys: { 'ed25519:x': 'x' },
});
const query = async (wanted: JsonObject = { [userId]: [] }): Promise<JsonObject> =>
  anna.post('/keys/query', { device_keys: wanted });
const claim = async (): Promise<JsonObject> =>
  anna.post('/keys/claim', { one_time_keys: { [userId]: { PHONE: ALGORITHM } } });

describe('what a server says of keys', () => {
  test('counts for those it was asked about, where it makes sense', async () => {
    const own = `@anna:${homeserver.serverName}`;
    const other = `@carla:${server.name}`;
    answerWith({
      device_keys: {
        [userId]: {
          PHONE: { ...device(), unsigned: { device_display_name: 'Phone', more: 1 } },
          NAMELESS: { ...device(userId, 'NAMELESS'), unsigned: { device_display_name: 'x'.repeat(10_000) } },
          STOLEN: device(own, 'STOLEN'),
          OTHER: device(userId, 'PHONE'),
          'WITH SPACE': device(userId, 'WITH SPACE'),
          NUMBER: 7,
          SHAPELESS: { user_id: userId, device_id: 'SHAPELESS', keys: [] },
        },
        [other]: { PHONE: device(other) },
        [own]: { GHOST: device(own, 'GHOST') },
      },
      master_keys: { [userId]: crossSigningKey('master'), [own]: crossSigningKey('master', own) },
      self_signing_keys: { [userId]: crossSigningKey('master'), [own]: crossSigningKey('self_signing', own) },
      user_signing_keys: { [userId]: crossSigningKey('user_signing'), [own]: crossSigningKey('user_signing', own) },
    });
    expect(await query({ [userId]: [], [own]: [] })).toEqual({
      device_keys: {
        [userId]: {
          PHONE: { ...device(), unsigned: { device_display_name: 'Phone' } },
          NAMELESS: { ...device(userId, 'NAMELESS'), unsigned: {} },
        },
        [own]: {},
      },
      master_keys: { [userId]: crossSigningKey('master') },
      self_signing_keys: {},
      user_signing_keys: {},
      failures: {},
    });
    expect(Object.keys((await query({ [userId]: ['NAMELESS'] }))['device_keys'] as JsonObject)).toEqual([userId]);
  });

  test('is one key for each device', async () => {
    const key = { key: 'one', signatures: {} };
    answerWith({
      one_time_keys: {
        [userId]: {
          PHONE: { 'other:1': key, [`${ALGORITHM}:0`]: 7, [`${ALGORITHM}:1`]: key, [`${ALGORITHM}:2`]: key },
          GHOST: { [`${ALGORITHM}:3`]: key },
        },
        '@anna:test.example': { PHONE: { [`${ALGORITHM}:4`]: key } },
      },
    });
    expect(await claim()).toEqual({
      one_time_keys: { [userId]: { PHONE: { [`${ALGORITHM}:1`]: key } } },
      failures: {},
    });
  });

  test.each<[string, unknown, number]>([
    ['no JSON', 'no JSON', 200],
    ['a list', '[]', 200],
    ['nothing', '{}', 200],
    ['keys that are none', '{"device_keys":[],"one_time_keys":7}', 200],
    ['a refusal', '{"errcode":"M_FORBIDDEN","error":"no"}', 403],
    ['a fault', '{"errcode":"M_UNKNOWN","error":"no"}', 500],
    ['without end', `{"device_keys":{},"one_time_keys":{},"x":"${'x'.repeat(5 * 1024 * 1024)}"}`, 200],
  ])('is a failure when it is %s', async (_name, body, status) => {
    answerWith(body, status);
    expect(await query()).toMatchObject({ device_keys: {}, failures: failures() });
    homeserver.clock.advance(60_000);
    expect(await claim()).toEqual({ one_time_keys: {}, failures: failures() });
  });

  test('is waited for as long as the client says', async () => {
    server.peer.answer = () => undefined;
    const startedMs = performance.now();
    const body = { device_keys: { [userId]: [] }, timeout: 200 };
    expect(await anna.post('/keys/query', body)).toMatchObject({ failures: failures() });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    // The next one is not told that the server is gone because somebody was in a hurry.
    answerWith({ device_keys: {} });
    expect(await query()).toMatchObject({ device_keys: { [userId]: {} }, failures: {} });
    answerWith('', 500);
    expect(await anna.post('/keys/query', { ...body, timeout: -1 })).toMatchObject({ failures: failures() });
  });

  test('is asked for in pieces, which are one answer, and a hundred of them at most', async () => {
    server.peer.answer = ({ body }, response) => {
      const { device_keys: wanted } = JSON.parse(body.toString()) as { device_keys: JsonObject };
      const entries = Object.keys(wanted).map((user) => [user, { PHONE: device(user) }]);
      response.end(JSON.stringify({ device_keys: Object.fromEntries(entries) as JsonObject }));
    };
    const ask = async (count: number): Promise<JsonObject> =>
      query(Object.fromEntries(Array.from({ length: count }, (_, index) => [`@user${index}:${server.name}`, []])));
    const some = await ask(250);
    expect(Object.keys(some['device_keys'] as JsonObject)).toHaveLength(250);
    expect(some['failures']).toEqual({});
    expect(server.peer.received).toHaveLength(3);
    const many = await ask(10_001);
    expect(Object.keys(many['device_keys'] as JsonObject)).toHaveLength(10_000);
    expect(many['failures']).toEqual(failures());
  });
});

describe('what a server says of people and rooms', () => {
  const profilePath = (): string => `/profile/${encodeURIComponent(userId)}`;
  const aliasPath = (): string => `/directory/room/${encodeURIComponent(`#room:${server.name}`)}`;

  test('is shown as far as it makes sense', async () => {
    answerWith({
      displayname: 'x'.repeat(300),
      avatar_url: 'https://tracker.example/',
      'org.example.fine': 1,
      'Not a name': 1,
      ['__proto__']: 1,
    });
    expect(await anna.get(profilePath())).toEqual({ 'org.example.fine': 1 });
    answerWith({ displayname: 'Bernd', avatar_url: null, 'org.example.long': 'x'.repeat(70_000) });
    expect(await anna.get(profilePath())).toEqual({ displayname: 'Bernd' });
    answerWith({ room_id: '!room:elsewhere.example', servers: ['fine.example', 'not a name', 7] });
    expect(await anna.get(aliasPath())).toEqual({ room_id: '!room:elsewhere.example', servers: ['fine.example'] });
  });

  test.each<[string, unknown, number, number]>([
    ['unknown', '{"errcode":"M_NOT_FOUND","error":"no"}', 404, 404],
    ['refused', '{"errcode":"M_FORBIDDEN","error":"no"}', 403, 404],
    ['a fault', '{"errcode":"M_UNKNOWN","error":"no"}', 500, 502],
    ['no JSON', 'no JSON', 200, 502],
    ['without end', `{"x":"${'x'.repeat(200_000)}"}`, 200, 502],
  ])('is told as it is when it is %s', async (_name, body, status, told) => {
    answerWith(body, status);
    expect(await anna.try('GET', profilePath())).toMatchObject({ status: told });
    homeserver.clock.advance(60_000);
    expect(await anna.try('GET', aliasPath())).toMatchObject({ status: told });
  });

  test('is no room without an id', async () => {
    answerWith({ room_id: 'room', servers: [] });
    expect(await anna.try('GET', aliasPath())).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
  });
});
