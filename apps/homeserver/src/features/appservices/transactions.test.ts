import {
  startHomeserver,
  type TestClient,
  type StartOptions,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registrationOf, TestService } from './testing/test-service.ts';

const bridge = new TestService();
const slow = new TestService();
let homeserver: TestHomeserver;
let anna: TestUser;
let annas: TestClient;
let settings: NonNullable<StartOptions['settings']>;

const features = { presence: true };

const GHOST = '@_bridge_ghost:test.example';
const asGhost = (path: string, userId = GHOST): string =>
  `${path}${path.includes('?') ? '&' : '?'}user_id=${encodeURIComponent(userId)}`;
const service = (): TestClient => homeserver.as({ accessToken: 'bridge-as-token' });

/** Waits until the bridge has what the test says. */
const until = async (holds: () => boolean): Promise<void> => expect.poll(holds, { timeout: 20_000 }).toBe(true);
const bodies = (roomId: string): unknown[] =>
  bridge.events
    .filter((event) => event.room_id === roomId && event.type === 'm.room.message')
    .map((event) => event.content['body']);

/** Stops the server and starts it again, with something in between. */
async function restart(meanwhile?: () => Promise<unknown>): Promise<void> {
  await homeserver.server.close();
  await meanwhile?.();
  homeserver = await startHomeserver({ after: homeserver, settings, features });
  annas = homeserver.as(anna);
}

async function makeSharedRoom(): Promise<string> {
  const roomId = await annas.createRoom({ preset: 'public_chat' });
  await service().post(asGhost(`/join/${encodeURIComponent(roomId)}`));
  return roomId;
}

beforeAll(async () => {
  const appservices = [
    registrationOf('bridge', await bridge.start(), { receive_ephemeral: true, 'org.matrix.msc3202': true }),
    registrationOf('slow', await slow.start(), {
      namespaces: {
        users: [],
        aliases: [{ regex: '#watched', exclusive: false }],
        rooms: [{ regex: '!', exclusive: false }],
      },
    }),
  ];
  settings = { appservices };
  homeserver = await startHomeserver({ settings, features });
  anna = await homeserver.register('anna');
  annas = homeserver.as(anna);
  await service().post('/register', {
    type: 'm.login.application_service',
    username: '_bridge_ghost',
    inhibit_login: true,
  });
});
afterAll(async () => {
  await homeserver.stop();
  await Promise.all([bridge.stop(), slow.stop()]);
});

test('a service is told what happens where its users are, with its token, and of nothing else', async () => {
  const roomId = await annas.createRoom({ preset: 'public_chat' });
  const elsewhere = await annas.createRoom({});
  await annas.send(roomId, 'before anybody came');
  await service().post(asGhost(`/join/${encodeURIComponent(roomId)}`));
  await annas.send(elsewhere, 'elsewhere');
  await annas.send(roomId, 'while the ghost was there');
  await service().post(asGhost(`/rooms/${encodeURIComponent(roomId)}/leave`));
  await annas.send(roomId, 'after it had left');
  await annas.invite(elsewhere, GHOST);
  await until(() => bridge.events.some((event) => event.room_id === elsewhere));
  expect(bodies(roomId)).toEqual(['while the ghost was there']);
  const own = bridge.events.filter((event) => event.state_key === GHOST);
  expect(own.map((event) => [event.room_id, event.content['membership']])).toEqual([
    [roomId, 'join'],
    [roomId, 'leave'],
    [elsewhere, 'invite'],
  ]);
  expect(bridge.events.filter((event) => event.room_id === elsewhere)).toHaveLength(1);
  for (const { authorization } of bridge.transactions) expect(authorization).toBe('Bearer bridge-hs-token');
});

test('a service that is interested in rooms hears all of them, and holds nobody up when it does not answer', async () => {
  let release = (): void => undefined;
  slow.answer = () => new Promise((resolve) => (release = () => resolve({ status: 200 })));
  const roomId = await makeSharedRoom();
  await annas.send(roomId, 'heard by one');
  await until(() => bodies(roomId).includes('heard by one'));
  slow.answer = () => undefined;
  release();
  await until(() => slow.events.some((event) => event.content['body'] === 'heard by one'));
  expect(slow.events.filter((event) => event.room_id === roomId)[0]?.type).toBe('m.room.create');
});

test('a transaction that is not acknowledged is repeated as it was, and what comes after waits', async () => {
  const roomId = await makeSharedRoom();
  await until(() => bridge.events.some((event) => event.room_id === roomId));
  const before = bridge.transactions.length;
  let refusals = 0;
  bridge.answer = () => {
    refusals += 1;
    return refusals <= 2 ? { status: 500 } : undefined;
  };
  await annas.send(roomId, 'one');
  await until(() => refusals > 0);
  await annas.send(roomId, 'two');
  await annas.send(roomId, 'three');
  await until(() => bodies(roomId).length === 3);
  bridge.answer = () => undefined;
  const [first, second, third, ...rest] = bridge.transactions.slice(before);
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect(rest.map(({ path }) => path)).not.toContain(first?.path);
  expect(bodies(roomId)).toEqual(['one', 'two', 'three']);
});

test('five hundred events while the service is away, and a restart of the server: each comes once, in order', async () => {
  const roomId = await makeSharedRoom();
  await until(() => bridge.events.some((event) => event.room_id === roomId));
  await bridge.stop();
  const sent = Array.from({ length: 700 }, (_, index) => `message ${index}`);
  for (const text of sent.slice(0, 400)) await annas.send(roomId, text);
  await restart();
  for (const text of sent.slice(400)) await annas.send(roomId, text);
  const before = bridge.transactions.length;
  await bridge.start();
  // Whoever says that it is there need not wait for the next attempt.
  await service().post('/_matrix/client/v1/appservice/bridge/ping', {});
  await until(() => bodies(roomId).length === sent.length);
  expect(bodies(roomId)).toEqual(sent);
  const transactions = bridge.transactions.slice(before);
  expect(new Set(transactions.map(({ path }) => path)).size).toBe(transactions.length);
  for (const { body } of transactions) expect(body.events?.length ?? 0).toBeLessThanOrEqual(100);
});

test('what was said while its user was away from a room is not caught up on', async () => {
  const roomId = await makeSharedRoom();
  await until(() => bridge.events.some((event) => event.room_id === roomId));
  await bridge.stop();
  await annas.send(roomId, 'heard');
  await service().post(asGhost(`/rooms/${encodeURIComponent(roomId)}/leave`));
  await annas.send(roomId, 'not heard');
  await service().post(asGhost(`/join/${encodeURIComponent(roomId)}`));
  await annas.send(roomId, 'heard again');
  await restart(async () => bridge.start());
  await until(() => bodies(roomId).includes('heard again'));
  expect(bodies(roomId)).toEqual(['heard', 'heard again']);
});

test('a restart of the server alone repeats nothing', async () => {
  const roomId = await makeSharedRoom();
  await annas.send(roomId, 'before');
  await until(() => bodies(roomId).length === 1);
  await restart();
  await annas.send(roomId, 'after');
  await until(() => bodies(roomId).length === 2);
  const ids = bridge.events.map((event) => event.event_id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a transaction that the server could not deliver before its end is the same after its start', async () => {
  const roomId = await makeSharedRoom();
  await until(() => bridge.events.some((event) => event.room_id === roomId));
  const before = bridge.transactions.length;
  bridge.answer = () => ({ status: 503 });
  await annas.send(roomId, 'refused at first');
  await until(() => bridge.transactions.length > before);
  homeserver.clock.advance(5_000);
  await restart(async () => (bridge.answer = () => undefined));
  await annas.send(roomId, 'afterwards');
  await until(() => bodies(roomId).length === 2);
  const [refused] = bridge.transactions.slice(before);
  const repeated = bridge.transactions.slice(before).filter(({ path }) => path === refused?.path);
  expect(repeated.length).toBeGreaterThan(1);
  for (const each of repeated) expect(each).toEqual(refused);
});

test('what comes while a transaction is made is not lost over a restart', async () => {
  const roomId = await makeSharedRoom();
  const sent: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const texts = Array.from({ length: 60 }, (_, index) => `${round} ${index}`);
    for (const text of texts) await annas.send(roomId, text);
    sent.push(...texts);
    await restart();
  }
  await until(() => bodies(roomId).length >= sent.length);
  expect(bodies(roomId)).toEqual(sent);
});

test('typing, receipts and messages to devices come along', async () => {
  const roomId = await makeSharedRoom();
  const path = `/rooms/${encodeURIComponent(roomId)}`;
  const eventId = await annas.send(roomId, 'read me');
  await annas.put(`${path}/typing/${encodeURIComponent(anna.userId)}`, { typing: true, timeout: 30_000 });
  await annas.post(`${path}/receipt/m.read/${encodeURIComponent(eventId)}`);
  await annas.post(`${path}/receipt/m.read.private/${encodeURIComponent(eventId)}`);
  await service().put(asGhost('/devices/GHOSTDEVICE'), {});
  await annas.put('/sendToDevice/m.room_key_request/txn1', {
    messages: { [GHOST]: { GHOSTDEVICE: { secret: 1 } }, [anna.userId]: { '*': { secret: 2 } } },
  });
  const ephemeral = () =>
    bridge.transactions.flatMap(({ body }) => body.ephemeral ?? []).filter((event) => event.room_id === roomId);
  const toDevice = () => bridge.transactions.flatMap(({ body }) => body.to_device ?? []);
  await until(() => toDevice().length > 0 && ephemeral().length > 1);
  expect(ephemeral()).toContainEqual({ type: 'm.typing', room_id: roomId, content: { user_ids: [anna.userId] } });
  const receipts = ephemeral().filter(({ type }) => type === 'm.receipt');
  expect(receipts).toHaveLength(1);
  expect(receipts[0]?.content).toMatchObject({ [eventId]: { 'm.read': { [anna.userId]: {} } } });
  expect(toDevice()).toEqual([
    {
      to_user_id: GHOST,
      to_device_id: 'GHOSTDEVICE',
      type: 'm.room_key_request',
      sender: anna.userId,
      content: { secret: 1 },
    },
  ]);
});

test('presence comes along: of people who share a room with its users, and of these', async () => {
  await makeSharedRoom();
  const unmet = await homeserver.register('unmet');
  const statusOf = (userId: string): string => `/presence/${encodeURIComponent(userId)}/status`;
  await homeserver.as(unmet).put(statusOf(unmet.userId), { presence: 'online' });
  await annas.put(statusOf(anna.userId), { presence: 'online', status_msg: 'told to bridges' });
  await service().put(asGhost(statusOf(GHOST)), { presence: 'unavailable' });
  const told = () =>
    bridge.transactions.flatMap(({ body }) => body.ephemeral ?? []).filter(({ type }) => type === 'm.presence');
  const of = (userId: string) => told().findLast(({ sender }) => sender === userId)?.content;
  await until(() => of(GHOST) !== undefined);
  expect(of(GHOST)).toEqual({ presence: 'unavailable', last_active_ago: 0 });
  expect(of(anna.userId)).toMatchObject({ presence: 'online', status_msg: 'told to bridges' });
  expect(of(unmet.userId)).toBeUndefined();
});

test('a service that encrypts is told whose keys to fetch and what is left of its own', async () => {
  const newcomer = await homeserver.register('newcomer');
  const roomId = await makeSharedRoom();
  const uploadKeys = (userId: string, deviceId: string): object => ({
    device_keys: {
      user_id: userId,
      device_id: deviceId,
      algorithms: ['m.megolm.v1.aes-sha2'],
      keys: { [`ed25519:${deviceId}`]: 'AAAA' },
      signatures: { [userId]: { [`ed25519:${deviceId}`]: 'AAAA' } },
    },
  });
  await service().put(asGhost('/devices/ENCRYPTING'), {});
  const key = { key: 'AAAA', signatures: { [GHOST]: { 'ed25519:ENCRYPTING': 'AAAA' } } };
  await service().post(asGhost('/keys/upload?device_id=ENCRYPTING'), {
    ...uploadKeys(GHOST, 'ENCRYPTING'),
    one_time_keys: { 'signed_curve25519:AAAA': key },
  });
  const lists = () => bridge.transactions.flatMap(({ body }) => body['org.matrix.msc3202.device_lists'] ?? []);
  await homeserver.as(newcomer).join(roomId);
  await until(() => lists().some(({ changed }) => changed.includes(newcomer.userId)));
  const before = lists().length;
  await homeserver.as(newcomer).post('/keys/upload', uploadKeys(newcomer.userId, newcomer.deviceId));
  await until(() =>
    lists()
      .slice(before)
      .some(({ changed }) => changed.includes(newcomer.userId)),
  );
  await bridge.stop();
  await annas.post('/keys/upload', uploadKeys(anna.userId, anna.deviceId));
  await restart(async () => bridge.start());
  await until(() =>
    lists()
      .slice(before)
      .some(({ changed }) => changed.includes(anna.userId)),
  );
  await homeserver.as(newcomer).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  await until(() => lists().some(({ left }) => left.includes(newcomer.userId)));
  const counts = bridge.transactions.map(
    ({ body }) => body['org.matrix.msc3202.device_one_time_keys_count']?.[GHOST]?.['ENCRYPTING'],
  );
  expect(counts).toContainEqual({ signed_curve25519: 1 });
  // Who shares no room with a device of the service is none of its business.
  const stranger = await homeserver.register('stranger');
  await homeserver.as(stranger).post('/keys/upload', uploadKeys(stranger.userId, stranger.deviceId));
  await annas.send(roomId, 'after the stranger');
  await until(() => bodies(roomId).includes('after the stranger'));
  expect(JSON.stringify(lists())).not.toContain(stranger.userId);
});

test('a room is of interest by its alias from the moment that it has one', async () => {
  const roomId = await annas.createRoom({ preset: 'public_chat' });
  const alias = `/directory/room/${encodeURIComponent('#_bridge_channel:test.example')}`;
  await service().post(asGhost(`/join/${encodeURIComponent(roomId)}`));
  await service().put(asGhost(alias), { room_id: roomId });
  await service().post(asGhost(`/rooms/${encodeURIComponent(roomId)}/leave`));
  await annas.send(roomId, 'by the alias alone');
  await service().delete(alias);
  await annas.send(roomId, 'without the alias');
  const other = await makeSharedRoom();
  await annas.send(other, 'last');
  await until(() => bodies(other).length > 0);
  expect(bodies(roomId)).toEqual(['by the alias alone']);
});
