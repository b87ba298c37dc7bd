import { passwordOf, startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditedActions } from '../testing/audited-actions.ts';

let homeserver: TestHomeserver;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => homeserver.stop());

const audited = async (target: string) => auditedActions(admin, target);
const logIn = async (user: string, password: string) =>
  homeserver.anonymous.try('POST', '/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password,
  });

test('an administrator sees an account and its devices, and nobody else does', async () => {
  const user = await homeserver.register('anna');
  const path = `/_synapse/admin/v2/users/${user.userId}`;
  expect(await admin.get(path)).toMatchObject({ name: user.userId, admin: false, deactivated: false, threepids: [] });
  expect(await admin.get(`${path}/devices`)).toMatchObject({ total: 1, devices: [{ device_id: user.deviceId }] });
  for (const asked of [path, `${path}/devices`, '/_synapse/admin/v1/server_version'])
    expect(await homeserver.as(user).try('GET', asked)).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
  expect((await admin.try('GET', '/_synapse/admin/v2/users/@nobody:test.example')).status).toBe(404);
  expect((await admin.try('GET', '/_synapse/admin/v2/users/@x:elsewhere.example')).status).toBe(400);
  expect((await admin.get('/_synapse/admin/v1/server_version'))['server_version']).toContain('Stafette');
});

test('what an administrator does to an account happens and is recorded', async () => {
  const user = await homeserver.register('bernd');
  const { userId } = user;
  await admin.post(`/_synapse/admin/v2/users/${userId}/delete_devices`, { devices: [user.deviceId] });
  expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(401);
  await admin.post(`/_synapse/admin/v1/reset_password/${userId}`, { new_password: 'brand-new-password' });
  expect((await logIn('bernd', passwordOf('bernd'))).status).toBe(403);
  expect((await logIn('bernd', 'brand-new-password')).status).toBe(200);
  await admin.post(`/_synapse/admin/v1/deactivate/${userId}`, {});
  expect((await logIn('bernd', 'brand-new-password')).status).toBe(403);
  const reset = await admin.try('POST', `/_synapse/admin/v1/reset_password/${userId}`, { new_password: 'once-more-1' });
  expect(reset.status).toBe(404);
  expect(await audited(userId)).toEqual(['user.delete-devices', 'user.reset-password', 'user.deactivate']);
});

test('an administrator sees where somebody is, and suspends colleagues who are no administrators', async () => {
  const user = await homeserver.register('clara');
  const asClara = homeserver.as(user);
  const { room_id } = await asClara.post<{ room_id: string }>('/createRoom', {});
  const rooms = `/_synapse/admin/v1/users/${user.userId}/joined_rooms`;
  const whoIs = `/_synapse/admin/v1/whois/${user.userId}`;
  const suspension = `/_synapse/admin/v1/suspend/${user.userId}`;
  expect(await admin.get(rooms)).toEqual({ joined_rooms: [room_id], total: 1 });
  const connections = [{ ip: expect.any(String), last_seen: expect.any(Number), user_agent: 'node' }];
  expect(await admin.get(whoIs)).toEqual({ user_id: user.userId, devices: { '': { sessions: [{ connections }] } } });
  for (const asked of [rooms, whoIs]) expect((await asClara.try('GET', asked)).status).toBe(403);
  expect((await asClara.try('PUT', suspension, { suspend: false })).status).toBe(403);
  for (const suspend of [true, false]) {
    expect(await admin.put(suspension, { suspend })).toEqual({ [`user_${user.userId}_suspended`]: suspend });
    expect((await asClara.try('POST', '/createRoom', {})).status).toBe(suspend ? 403 : 200);
  }
  const boss = await homeserver.registerAdministrator('boss');
  expect((await admin.try('PUT', `/_synapse/admin/v1/suspend/${boss.userId}`, { suspend: true })).status).toBe(403);
  expect(await audited(user.userId)).toEqual(['user.suspend', 'user.unsuspend']);
});
