import { passwordOf, startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let phone: TestUser;
let count = 0;

const password = (name = 'anna'): object => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user: name },
  password: passwordOf(name),
});
async function logIn(name: string, deviceId: string): Promise<TestUser> {
  const body = { ...password(name), device_id: deviceId, initial_device_display_name: 'A device' };
  const answer = await homeserver.anonymous.post<{ user_id: string; access_token: string }>('/login', body);
  return { userId: answer.user_id, deviceId, accessToken: answer.access_token };
}
const statusOf = async (user: TestUser): Promise<number> =>
  (await homeserver.as(user).try('GET', '/account/whoami')).status;

beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
  await homeserver.register('bernd');
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  phone = await logIn('anna', `PHONE${count}`);
});

test('devices are listed, named and seen', async () => {
  const client = homeserver.as(anna);
  homeserver.clock.advance(1000);
  await client.put(`/devices/${phone.deviceId}`, { display_name: 'My phone' });
  expect(await statusOf(phone)).toBe(200);
  const device = {
    device_id: phone.deviceId,
    display_name: 'My phone',
    last_seen_ip: '127.0.0.1',
    last_seen_ts: homeserver.clock.nowMs(),
  };
  expect(await client.get(`/devices/${phone.deviceId}`)).toEqual(device);
  expect((await client.get<{ devices: object[] }>('/devices')).devices).toContainEqual(device);
  for (const method of ['GET', 'PUT'] as const) {
    expect((await client.try(method, '/devices/UNKNOWN', method === 'PUT' ? {} : undefined)).status).toBe(404);
    expect((await client.try(method, '/devices/%00', method === 'PUT' ? {} : undefined)).status).toBe(404);
  }
  expect((await client.try('PUT', `/devices/${phone.deviceId}`, { display_name: 'a\0b' })).status).toBe(400);
});

test('signing a device out needs the password, and ends its session', async () => {
  const client = homeserver.as(anna);
  const first = await client.try('DELETE', `/devices/${phone.deviceId}`, {});
  expect(first).toMatchObject({ status: 401, body: { flows: [{ stages: ['m.login.password'] }] } });
  expect(first.body['errcode']).toBeUndefined();
  const wrong = { ...password(), password: 'wrong', session: first.body['session'] };
  expect(await client.try('DELETE', `/devices/${phone.deviceId}`, { auth: wrong })).toMatchObject({
    status: 401,
    body: { errcode: 'M_FORBIDDEN', completed: [] },
  });
  expect(await statusOf(phone)).toBe(200);
  await client.delete(`/devices/${phone.deviceId}`, { auth: { ...password(), session: first.body['session'] } });
  expect(await statusOf(phone)).toBe(401);
  expect((await client.try('GET', `/devices/${phone.deviceId}`)).status).toBe(404);
  // Once more is no mistake: it is gone.
  await client.delete(`/devices/${phone.deviceId}`, { auth: password() });
});

test("somebody else's password proves nothing", async () => {
  const answer = await homeserver.as(anna).try('DELETE', `/devices/${phone.deviceId}`, { auth: password('bernd') });
  expect(answer.status).toBe(403);
  expect(await statusOf(phone)).toBe(200);
});

test('several devices go at once, and those of others stay', async () => {
  const laptop = await logIn('anna', 'LAPTOP');
  const ofBernd = await logIn('bernd', 'BERND');
  await homeserver
    .as(anna)
    .post('/delete_devices', { devices: [phone.deviceId, 'LAPTOP', 'BERND', 'UNKNOWN', '\0'], auth: password() });
  expect(await Promise.all([phone, laptop, ofBernd, anna].map(statusOf))).toEqual([401, 401, 200, 200]);
});

test('a long poll of a device that is signed out ends', async () => {
  const { next_batch: since } = await homeserver.as(phone).sync<{ next_batch: string }>();
  const poll = homeserver.as(phone).try('GET', `/sync?timeout=60000&since=${since}`);
  await homeserver.as(anna).delete(`/devices/${phone.deviceId}`, { auth: password() });
  expect((await poll).status).toBe(401);
});
