import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '@stafette/protocol';
import { passwordOf, startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

// Its signature is the other device's to check.
const KEY = { key: 'one', signatures: { '@anna1:test.example': { 'ed25519:PHONE': 'signature' } } };
const ALGORITHM = 'signed_curve25519';
let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let users = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  users += 1;
  [anna, bernd] = [await homeserver.register(`anna${users}`), await homeserver.register(`bernd${users}`)];
});

interface SyncAnswer {
  readonly next_batch: string;
  readonly device_lists?: { readonly changed?: readonly string[]; readonly left?: readonly string[] };
  readonly to_device?: { readonly events: readonly JsonObject[] };
  readonly device_one_time_keys_count: Readonly<Record<string, number>>;
  readonly device_unused_fallback_key_types: readonly string[];
}
interface KeysAnswer {
  readonly device_keys: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly master_keys: Readonly<Record<string, JsonObject>>;
  readonly failures: Readonly<Record<string, JsonObject>>;
}

const sync = async (user: TestUser, since?: string): Promise<SyncAnswer> => homeserver.as(user).sync(since);
const deviceKeysOf = ({ userId, deviceId }: TestUser, key = 'x'): JsonObject => ({
  user_id: userId,
  device_id: deviceId,
  algorithms: ['m.megolm.v1.aes-sha2'],
  keys: { [`ed25519:${deviceId}`]: key },
  signatures: {},
});
const publish = async (user: TestUser, key?: string): Promise<unknown> =>
  homeserver.as(user).post('/keys/upload', { device_keys: deviceKeysOf(user, key) });
const query = async (viewer: TestUser, ...userIds: string[]): Promise<KeysAnswer> =>
  homeserver.as(viewer).post('/keys/query', { device_keys: Object.fromEntries(userIds.map((userId) => [userId, []])) });
const inOneRoom = async (): Promise<string> => {
  const roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  return roomId;
};

describe('keys of devices', () => {
  test('are found by others, claimed once, and gone when the device is signed out', async () => {
    await inOneRoom();
    await publish(anna);
    const upload = {
      one_time_keys: { [`${ALGORITHM}:1`]: KEY },
      fallback_keys: { [`${ALGORITHM}:f`]: { ...KEY, key: 'f', fallback: true } },
    };
    expect(await homeserver.as(anna).post('/keys/upload', upload)).toEqual({ one_time_key_counts: { [ALGORITHM]: 1 } });
    const found = async () => (await query(bernd, anna.userId)).device_keys[anna.userId]?.[anna.deviceId];
    expect(await found()).toEqual({ ...deviceKeysOf(anna), unsigned: {} });
    await homeserver.as(anna).put(`/devices/${anna.deviceId}`, { display_name: 'Anna’s telephone' });
    expect(await found()).toEqual({ ...deviceKeysOf(anna), unsigned: { device_display_name: 'Anna’s telephone' } });
    const claim = async () =>
      homeserver.as(bernd).post('/keys/claim', { one_time_keys: { [anna.userId]: { [anna.deviceId]: ALGORITHM } } });
    expect(await claim()).toEqual({
      one_time_keys: { [anna.userId]: { [anna.deviceId]: { [`${ALGORITHM}:1`]: KEY } } },
      failures: {},
    });
    expect(await claim()).toMatchObject({
      one_time_keys: { [anna.userId]: { [anna.deviceId]: { [`${ALGORITHM}:f`]: { key: 'f' } } } },
    });
    const { next_batch: since } = await sync(bernd);
    expect(await sync(anna)).toMatchObject({
      device_one_time_keys_count: { [ALGORITHM]: 0 },
      device_unused_fallback_key_types: [],
    });
    await homeserver.as(anna).post('/logout');
    expect((await query(bernd, anna.userId)).device_keys).toEqual({ [anna.userId]: {} });
    expect(await claim()).toEqual({ one_time_keys: {}, failures: {} });
    expect((await sync(bernd, since)).device_lists?.changed).toEqual([anna.userId]);
  });

  test('of people who are unknown here, or of another server, are answered so that clients stop asking', async () => {
    expect(await query(anna, '@nobody:test.example', '@max:other.example')).toMatchObject({
      device_keys: { '@nobody:test.example': {} },
      failures: { 'other.example': {} },
    });
  });

  test.each<[string, (user: TestUser) => JsonObject, string]>([
    ['of another user', (user) => ({ ...deviceKeysOf(user), user_id: '@other:test.example' }), 'M_INVALID_PARAM'],
    ['without their keys', (user) => ({ user_id: user.userId, device_id: user.deviceId }), 'M_BAD_JSON'],
    ['with algorithms of another type', (user) => ({ ...deviceKeysOf(user), algorithms: 'all' }), 'M_BAD_JSON'],
  ])('%s are refused', async (_what, made, errcode) => {
    await publish(anna);
    const answer = await homeserver.as(anna).try('POST', '/keys/upload', { device_keys: made(anna) });
    expect([answer.status, answer.body['errcode']]).toEqual([400, errcode]);
  });
});

test('a change of keys is heard of by those who share a room, in /sync and in /keys/changes', async () => {
  const stranger = await homeserver.register(`carla${users}`);
  const roomId = await inOneRoom();
  const [before, strangers] = [await sync(anna), await sync(stranger)];
  await publish(bernd, 'new');
  const after = await sync(anna, before.next_batch);
  expect(after.device_lists?.changed).toEqual([bernd.userId]);
  expect((await sync(stranger, strangers.next_batch)).device_lists?.changed ?? []).toEqual([]);
  const changes = async (from: string, to: string) => homeserver.as(anna).get(`/keys/changes?from=${from}&to=${to}`);
  expect(await changes(before.next_batch, after.next_batch)).toEqual({ changed: [bernd.userId], left: [] });
  expect((await homeserver.as(anna).try('GET', '/keys/changes?from=x&to=y')).body['errcode']).toBe('M_INVALID_PARAM');
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  const parted = await sync(anna, after.next_batch);
  expect(parted.device_lists).toEqual({ changed: [], left: [bernd.userId] });
  await publish(bernd, 'unseen');
  expect((await sync(anna, parted.next_batch)).device_lists?.changed ?? []).toEqual([]);
  await homeserver.as(bernd).join(roomId);
  expect((await sync(anna, parted.next_batch)).device_lists?.changed).toEqual([bernd.userId]);
});

test('a new device is heard of by its user at once, and by others when it has keys to fetch', async () => {
  await inOneRoom();
  await publish(bernd);
  const [own, others] = [await sync(bernd), await sync(anna)];
  const { access_token: accessToken, device_id: deviceId } = await homeserver.anonymous.post<Record<string, string>>(
    '/login',
    {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: `bernd${users}` },
      password: passwordOf(`bernd${users}`),
    },
  );
  const laptop = { userId: bernd.userId, deviceId: deviceId ?? '', accessToken: accessToken ?? '' };
  const heard = await sync(bernd, own.next_batch);
  expect(heard.device_lists?.changed).toEqual([bernd.userId]);
  const silent = await sync(anna, others.next_batch);
  expect(silent.device_lists?.changed ?? []).toEqual([]);
  await publish(laptop);
  expect((await sync(anna, silent.next_batch)).device_lists?.changed).toEqual([bernd.userId]);
  expect((await sync(bernd, heard.next_batch)).device_lists?.changed).toEqual([bernd.userId]);
});

test('a message to a device arrives until it is acknowledged, and once for each transaction', async () => {
  const send = async (txnId: string, content: JsonObject) =>
    homeserver
      .as(anna)
      .try('PUT', `/sendToDevice/m.room_key/${txnId}`, { messages: { [bernd.userId]: { [bernd.deviceId]: content } } });
  for (let n = 0; n < 3; n += 1) expect((await send('same', { n: 1 })).status).toBe(200);
  const first = await sync(bernd);
  expect(first.to_device?.events).toEqual([{ type: 'm.room_key', sender: anna.userId, content: { n: 1 } }]);
  expect((await sync(bernd)).to_device?.events).toHaveLength(1);
  const second = await sync(bernd, first.next_batch);
  expect(second.to_device?.events ?? []).toEqual([]);
  expect((await send('large', { text: 'x'.repeat(70_000) })).body['errcode']).toBe('M_TOO_LARGE');
  expect((await send('%00', {})).body['errcode']).toBe('M_INVALID_PARAM');
  expect((await send('later', { n: 2 })).status).toBe(200);
  expect((await sync(bernd, second.next_batch)).to_device?.events).toHaveLength(1);
});

test('replacing the master key asks for the password; the first upload and the same once more do not', async () => {
  const masterOf = (user: TestUser): JsonObject => {
    const publicKey = generateKeyPairSync('ed25519')
      .publicKey.export({ type: 'spki', format: 'der' })
      .subarray(-32)
      .toString('base64')
      .replaceAll('=', '');
    return { master_key: { user_id: user.userId, usage: ['master'], keys: { [`ed25519:${publicKey}`]: publicKey } } };
  };
  const upload = async (keys: JsonObject) => homeserver.as(anna).try('POST', '/keys/device_signing/upload', keys);
  const [first, second] = [masterOf(anna), masterOf(anna)];
  expect((await upload(first)).status).toBe(200);
  const { keys } = first['master_key'] as { readonly keys: Readonly<Record<string, string>> };
  const login = {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: anna.userId },
    password: passwordOf(`anna${users}`),
    device_id: Object.values(keys)[0],
  };
  expect(await homeserver.anonymous.try('POST', '/login', login)).toMatchObject({
    status: 403,
    body: { errcode: 'M_FORBIDDEN' },
  });
  expect((await upload(first)).status).toBe(200);
  const asked = await upload(second);
  expect([asked.status, asked.body['flows']]).toEqual([401, [{ stages: ['m.login.password'] }]]);
  const probed = await upload({});
  expect([probed.status, probed.body['flows']]).toEqual([401, asked.body['flows']]);
  expect((await query(bernd, anna.userId)).master_keys[anna.userId]).toEqual(first['master_key']);
  const auth = {
    type: 'm.login.password',
    session: asked.body['session'],
    identifier: { type: 'm.id.user', user: anna.userId },
    password: passwordOf(`anna${users}`),
  };
  expect((await upload({ ...second, auth: { ...auth, password: 'wrong' } })).status).toBe(401);
  expect((await upload({ auth: { ...auth, session: probed.body['session'] } })).status).toBe(400);
  expect((await upload({ ...second, auth })).status).toBe(200);
  expect((await query(bernd, anna.userId)).master_keys[anna.userId]).toEqual(second['master_key']);
});

describe('a key backup', () => {
  const algorithm = 'm.megolm_backup.v1.curve25519-aes-sha2';
  const session = { first_message_index: 1, forwarded_count: 0, is_verified: true, session_data: { ciphertext: 'c' } };
  const room = encodeURIComponent('!room:test.example');

  test('is written, read by room and session, and is nobody else’s', async () => {
    const client = homeserver.as(anna);
    const { version } = await client.post<{ version: string }>('/room_keys/version', { algorithm, auth_data: {} });
    const at = `version=${version}`;
    expect(await client.put(`/room_keys/keys/${room}/s?${at}`, session)).toEqual({ etag: '1', count: 1 });
    expect(await client.get(`/room_keys/keys/${room}/s?${at}`)).toEqual(session);
    expect(await client.get(`/room_keys/keys/${room}?${at}`)).toEqual({ sessions: { s: session } });
    expect(await client.get(`/room_keys/keys?${at}`)).toEqual({
      rooms: { '!room:test.example': { sessions: { s: session } } },
    });
    expect(await client.get(`/room_keys/keys/${encodeURIComponent('!other:test.example')}?${at}`)).toEqual({
      sessions: {},
    });
    expect((await client.try('GET', `/room_keys/keys/${room}/other?${at}`)).body['errcode']).toBe('M_NOT_FOUND');
    expect((await client.try('GET', `/room_keys/keys/a%00b?${at}`)).body['errcode']).toBe('M_INVALID_PARAM');
    expect((await homeserver.as(bernd).try('GET', `/room_keys/keys?${at}`)).body['errcode']).toBe('M_NOT_FOUND');
    expect(await client.get('/room_keys/version')).toEqual({ algorithm, auth_data: {}, version, etag: '1', count: 1 });
  });

  test('of an earlier version takes nothing more and says which one does', async () => {
    const client = homeserver.as(anna);
    const create = async () =>
      (await client.post<{ version: string }>('/room_keys/version', { algorithm, auth_data: {} })).version;
    const [earlier, current] = [await create(), await create()];
    const put = async (version: string) => client.try('PUT', `/room_keys/keys/${room}/s?version=${version}`, session);
    expect((await put(earlier)).body).toMatchObject({ errcode: 'M_WRONG_ROOM_KEYS_VERSION', current_version: current });
    expect((await put(current)).status).toBe(200);
    expect((await put('99')).body['errcode']).toBe('M_NOT_FOUND');
    await client.delete(`/room_keys/version/${current}`);
    expect((await put(current)).body['errcode']).toBe('M_NOT_FOUND');
    expect((await put(earlier)).status).toBe(200);
  });

  test('is written room by room or whole, described anew, and emptied again', async () => {
    const client = homeserver.as(anna);
    const { version } = await client.post<{ version: string }>('/room_keys/version', { algorithm, auth_data: {} });
    const at = `version=${version}`;
    const sessions = { sessions: { s: session, t: session } };
    expect(await client.put(`/room_keys/keys/${room}?${at}`, sessions)).toMatchObject({ count: 2 });
    expect(await client.put(`/room_keys/keys?${at}`, { rooms: { '!other:test.example': sessions } })).toMatchObject({
      count: 4,
    });
    const description = { algorithm, auth_data: { public_key: 'key' } };
    await client.put(`/room_keys/version/${version}`, { ...description, version });
    expect(await client.get(`/room_keys/version/${version}`)).toMatchObject({ ...description, count: 4 });
    expect(await client.delete(`/room_keys/keys/${room}/s?${at}`)).toMatchObject({ count: 3 });
    expect(await client.delete(`/room_keys/keys/${room}?${at}`)).toMatchObject({ count: 2 });
    expect(await client.delete(`/room_keys/keys?${at}`)).toMatchObject({ count: 0 });
  });
});
