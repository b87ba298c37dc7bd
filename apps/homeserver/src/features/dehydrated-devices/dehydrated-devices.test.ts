import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PATH = '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device';

let server: TestHomeserver;
let anna: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  anna = await server.register('anna');
  [asAnna, asBernd] = [server.as(anna), server.as(await server.register('bernd'))];
  const roomId = await asAnna.createRoom({
    preset: 'public_chat',
    initial_state: [{ type: 'm.room.encryption', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  });
  await asBernd.join(roomId);
});
afterAll(async () => server.stop());

const dehydrated = (deviceId: string, userId = anna.userId) => ({
  device_id: deviceId,
  device_data: { algorithm: 'm.dehydration.v2', sealed: `of ${deviceId}` },
  initial_device_display_name: 'Kept for later',
  device_keys: {
    user_id: userId,
    device_id: deviceId,
    dehydrated: true,
    algorithms: ['m.olm.v1.curve25519-aes-sha2'],
    keys: { [`ed25519:${deviceId}`]: 'public' },
    signatures: {},
  },
  one_time_keys: { [`signed_curve25519:${deviceId.slice(0, 4)}`]: { key: 'once', signatures: {} } },
  fallback_keys: { 'signed_curve25519:last': { key: 'always', fallback: true, signatures: {} } },
});

const eventsOf = (deviceId: string) => `${PATH}/${encodeURIComponent(deviceId)}/events`;
const devicesSeenByBernd = async () =>
  (
    await asBernd.post<{ device_keys: Record<string, Record<string, object>> }>('/keys/query', {
      device_keys: { [anna.userId]: [] },
    })
  ).device_keys[anna.userId];
const sendToAll = async (body: string) =>
  asBernd.put(`/sendToDevice/m.room.encrypted/${crypto.randomUUID()}`, {
    messages: { [anna.userId]: { '*': { body } } },
  });

test('a dehydrated device is a device to others, and is opened by its owner, as often as it takes', async () => {
  expect(await asAnna.try('GET', PATH)).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
  const { next_batch: since } = await asBernd.sync<{ next_batch: string }>();
  expect(await asAnna.put(PATH, dehydrated('first/one'))).toEqual({ device_id: 'first/one' });
  const news = await asBernd.sync<{ device_lists: { changed: string[] } }>(since);
  expect(news.device_lists.changed).toContain(anna.userId);
  expect(Object.keys((await devicesSeenByBernd()) ?? {})).toEqual(['first/one']);
  const claim = async () =>
    JSON.stringify(
      await asBernd.post('/keys/claim', { one_time_keys: { [anna.userId]: { 'first/one': 'signed_curve25519' } } }),
    );
  expect(await claim()).toContain('once');
  expect(await claim()).toContain('always');
  for (const text of ['one', 'two']) await sendToAll(text);
  for (const method of ['GET', 'POST'] as const) {
    const { body: first } = await asAnna.try(method, eventsOf('first/one'), method === 'GET' ? undefined : {});
    expect(first['events']).toMatchObject([{ content: { body: 'one' } }, { content: { body: 'two' } }]);
    const after = first['next_batch'] as string;
    const next =
      method === 'GET'
        ? await asAnna.try('GET', `${eventsOf('first/one')}?next_batch=${after}`)
        : await asAnna.try('POST', eventsOf('first/one'), { next_batch: after });
    expect(next.body).toMatchObject({ events: [] });
  }
  expect((await asAnna.try('GET', eventsOf('another'))).status).toBe(403);
  expect((await asBernd.try('GET', eventsOf('first/one'))).status).toBe(403);
  expect((await asAnna.try('GET', `${eventsOf('first/one')}?next_batch=x`)).status).toBe(400);
});

test('a new one takes the place of the one before, with nothing left of it', async () => {
  await asAnna.put(PATH, dehydrated('second'));
  expect(await asAnna.get(PATH)).toMatchObject({ device_id: 'second', device_data: { sealed: 'of second' } });
  expect(Object.keys((await devicesSeenByBernd()) ?? {})).toEqual(['second']);
  expect((await asAnna.try('GET', eventsOf('first/one'))).status).toBe(403);
  const rows = await server.database.database.reader.query({
    text: "select 1 from to_device_message where device_id = 'first/one'",
    values: [],
    name: 'left-messages',
  });
  expect(rows).toEqual([]);
});

test('nobody logs in with it, and it takes the place of no other device', async () => {
  const login = {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: 'anna' },
    password: passwordOf('anna'),
    device_id: 'second',
  };
  expect((await server.anonymous.try('POST', '/login', login)).status).toBe(403);
  expect((await asAnna.try('PUT', PATH, dehydrated(anna.deviceId))).status).toBe(400);
  expect((await asAnna.try('PUT', PATH, dehydrated('third', '@bernd:test.example'))).status).toBe(400);
  const large = { ...dehydrated('third'), device_data: { sealed: 'x'.repeat(70_000) } };
  expect((await asAnna.try('PUT', PATH, large)).status).toBe(413);
  expect(await asAnna.get(PATH)).toMatchObject({ device_id: 'second' });
  expect((await asAnna.get<{ user_id: string }>('/account/whoami')).user_id).toBe(anna.userId);
});

test('it goes when its owner says so, and with the account', async () => {
  expect(await asAnna.delete(PATH)).toEqual({ device_id: 'second' });
  expect((await asAnna.try('DELETE', PATH)).status).toBe(404);
  expect(await devicesSeenByBernd()).toEqual({});
  await asAnna.put(PATH, dehydrated('last'));
  await asAnna.post('/account/deactivate', {
    auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password: passwordOf('anna') },
  });
  const rows = await server.database.database.reader.query({
    text: 'select 1 from dehydrated_device union all select 1 from device_key where user_id = $1',
    values: [anna.userId],
    name: 'left-devices',
  });
  expect(rows).toEqual([]);
});
