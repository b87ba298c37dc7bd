import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let admin: TestClient;
let adminId: string;
let anna: TestUser;

beforeAll(async () => {
  homeserver = await startHomeserver();
  const administrator = await homeserver.registerAdministrator('admin');
  adminId = administrator.userId;
  admin = homeserver.as(administrator);
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());

const path = (kind: 'lock' | 'suspend', userId: string): string =>
  `/_matrix/client/v1/admin/${kind}/${encodeURIComponent(userId)}`;
const login = {
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user: 'anna' },
  password: passwordOf('anna'),
};

describe('a locked account', () => {
  test('can do nothing but log out, and goes on where it was when it is unlocked', async () => {
    const client = homeserver.as(anna);
    const second = await homeserver.anonymous.post<{ access_token: string }>('/login', login);
    const { next_batch: since } = await client.sync<{ next_batch: string }>();
    const startedAt = performance.now();
    const poll = client.try('GET', `/sync?timeout=60000&since=${since}`);
    expect(await admin.put(path('lock', anna.userId), { locked: true })).toEqual({ locked: true });
    // The poll ends at once and without news; whoever comes back is told why.
    expect((await poll).body['rooms']).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    const locked = { status: 401, body: { errcode: 'M_USER_LOCKED', soft_logout: true } };
    expect(await client.try('GET', '/account/whoami')).toMatchObject(locked);
    expect(await client.try('POST', '/createRoom', {})).toMatchObject(locked);
    expect(await homeserver.anonymous.try('POST', '/login', login)).toMatchObject(locked);
    expect(await homeserver.anonymous.try('POST', '/login', { ...login, password: 'wrong' })).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    await homeserver.as({ accessToken: second.access_token }).post('/logout');
    expect(await admin.get(path('lock', anna.userId))).toEqual({ locked: true });
    await admin.put(path('lock', anna.userId), { locked: false });
    expect((await client.try('GET', '/account/whoami')).status).toBe(200);
    expect(
      (await homeserver.as({ accessToken: second.access_token }).try('GET', '/account/whoami')).body['errcode'],
    ).toBe('M_UNKNOWN_TOKEN');
  });
});

describe('a suspended account', () => {
  test('reads, and does not write', async () => {
    const client = homeserver.as(anna);
    const roomId = await client.createRoom();
    await admin.put(path('suspend', anna.userId), { suspended: true });
    expect(
      await client.try('PUT', `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t1`, {
        msgtype: 'm.text',
        body: 'x',
      }),
    ).toMatchObject({
      status: 403,
      body: { errcode: 'M_USER_SUSPENDED' },
    });
    expect(
      (await client.try('PUT', `/profile/${encodeURIComponent(anna.userId)}/displayname`, { displayname: 'x' })).status,
    ).toBe(403);
    expect((await client.try('GET', `/rooms/${encodeURIComponent(roomId)}/messages?dir=b`)).status).toBe(200);
    expect((await client.try('GET', '/sync')).status).toBe(200);
    await admin.put(path('suspend', anna.userId), { suspended: false });
    await client.send(roomId, 'again');
  });
});

test('only administrators see and change it, and not for each other, nor for users elsewhere', async () => {
  const client = homeserver.as(await homeserver.register('bernd'));
  for (const kind of ['lock', 'suspend'] as const) {
    const body = kind === 'lock' ? { locked: true } : { suspended: true };
    expect((await client.try('GET', path(kind, anna.userId))).status).toBe(403);
    expect((await client.try('PUT', path(kind, anna.userId), body)).status).toBe(403);
    expect((await admin.try('PUT', path(kind, adminId), body)).status).toBe(403);
    // Nor for the server itself.
    for (const nobody of ['@nobody:test.example', '@_server:test.example'])
      expect((await admin.try('PUT', path(kind, nobody), body)).status).toBe(404);
    expect((await admin.try('PUT', path(kind, '@anna:elsewhere.example'), body)).status).toBe(400);
    expect((await admin.try('PUT', path(kind, 'anna'), body)).status).toBe(400);
  }
  expect((await homeserver.as(anna).try('GET', '/account/whoami')).status).toBe(200);
});

test('where somebody is logged in is told to them and to administrators', async () => {
  const whois = `/admin/whois/${encodeURIComponent(anna.userId)}`;
  const connection = { ip: '127.0.0.1', last_seen: homeserver.clock.nowMs(), user_agent: 'Phone/1.0 (test)' };
  const expected = {
    user_id: anna.userId,
    devices: { [anna.deviceId]: { sessions: [{ connections: [connection] }] } },
  };
  await fetch(`${homeserver.baseUrl}/_matrix/client/v3/account/whoami`, {
    headers: { authorization: `Bearer ${anna.accessToken}`, 'user-agent': connection.user_agent },
  });
  expect(await admin.get(whois)).toMatchObject(expected);
  connection.user_agent = 'node';
  expect(await homeserver.as(anna).get(whois)).toMatchObject(expected);
  expect(await admin.get(whois)).toMatchObject(expected);
  expect((await homeserver.as(await homeserver.register('clara')).try('GET', whois)).status).toBe(403);
});

test('an ended account leaves its rooms and takes its data along', async () => {
  const client = homeserver.as(await homeserver.register('dora'));
  const owner = homeserver.as(anna);
  const roomId = await owner.createRoom();
  const invitedTo = await owner.createRoom();
  for (const room of [roomId, invitedTo]) await owner.invite(room, '@dora:test.example');
  await client.join(roomId);
  await client.put('/profile/@dora:test.example/displayname', { displayname: 'Dora' });
  await client.put('/user/@dora:test.example/account_data/example.data', { secret: true });
  await client.post('/account/deactivate', {
    auth: { ...login, identifier: { type: 'm.id.user', user: 'dora' }, password: passwordOf('dora') },
  });
  for (const room of [roomId, invitedTo]) {
    expect(await owner.get(`/rooms/${encodeURIComponent(room)}/state/m.room.member/@dora:test.example`)).toEqual({
      membership: 'leave',
    });
  }
  expect((await owner.try('GET', '/profile/@dora:test.example')).status).toBe(404);
});
