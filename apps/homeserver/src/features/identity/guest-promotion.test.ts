import { localpartOf, parseUserId } from '@stafette/protocol';
import {
  type Answer,
  passwordOf,
  startHomeserver,
  type TestClient,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** Guests who become people. https://spec.matrix.org/v1.19/client-server-api/#guest-access */
interface Session {
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
}

const dummy = { type: 'm.login.dummy' };

let homeserver: TestHomeserver;
let admin: TestClient;
let anna: TestUser;
let guest: Session;
let asGuest: TestClient;
let username: string;

beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  guest = await homeserver.anonymous.post<Session>('/register?kind=guest');
  asGuest = homeserver.as({ accessToken: guest.access_token });
  username = localpartOf(parseUserId(guest.user_id) ?? expect.fail());
});

const promote = async (changes: object = {}): Promise<Answer> =>
  homeserver.anonymous.try('POST', '/register', {
    username,
    password: passwordOf('guest'),
    guest_access_token: guest.access_token,
    auth: dummy,
    ...changes,
  });
const sessionIn = ({ body: { access_token: accessToken } }: Answer): TestClient =>
  homeserver.as({ accessToken: typeof accessToken === 'string' ? accessToken : expect.fail('no token') });
const isStillGuest = async (): Promise<boolean> =>
  (await asGuest.try('GET', '/account/whoami')).body['is_guest'] === true;
const logIn = async (user: string): Promise<Answer> =>
  homeserver.anonymous.try('POST', '/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password: passwordOf('guest'),
  });

test('the account stays, with its room, its name and its messages, and may do what people may', async () => {
  const asAnna = homeserver.as(anna);
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  const path = `/rooms/${encodeURIComponent(roomId)}`;
  await asAnna.put(`${path}/state/m.room.guest_access`, { guest_access: 'can_join' });
  await asGuest.put(`/profile/${encodeURIComponent(guest.user_id)}/displayname`, { displayname: 'A visitor' });
  await asGuest.join(roomId);

  const answer = await promote();
  expect(answer).toMatchObject({ status: 200, body: { user_id: guest.user_id } });
  const client = sessionIn(answer);
  expect(await client.get('/account/whoami')).toMatchObject({ user_id: guest.user_id, is_guest: false });
  expect(await client.get('/joined_rooms')).toEqual({ joined_rooms: [roomId] });
  expect(await client.post('/user_directory/search', { search_term: 'visitor' })).toMatchObject({ limited: false });
  expect(await client.get(`/profile/${encodeURIComponent(guest.user_id)}`)).toEqual({ displayname: 'A visitor' });
  expect((await logIn(username)).status).toBe(200);

  // Guests leave a room that closes to them; this one is none any more.
  const { next_batch: since } = await client.sync<{ next_batch: string }>();
  await asAnna.put(`${path}/state/m.room.guest_access`, { guest_access: 'forbidden' });
  await client.sync(since, 10_000);
  expect(await client.get('/joined_rooms')).toEqual({ joined_rooms: [roomId] });
});

test('what the guest held is good for nothing afterwards, with a session or without one', async () => {
  const { next_batch: since } = await asGuest.sync<{ next_batch: string }>();
  const poll = asGuest.try('GET', `/sync?since=${since}&timeout=20000`);
  const { body } = await promote({ inhibit_login: true });
  expect(body).toEqual({ user_id: guest.user_id });
  await poll;
  expect(await asGuest.try('GET', '/account/whoami')).toMatchObject({
    status: 401,
    body: { errcode: 'M_UNKNOWN_TOKEN' },
  });
  const devices = await sessionIn(await logIn(username)).get<{ devices: { device_id: string }[] }>('/devices');
  expect(devices.devices.map((device) => device.device_id)).not.toContain(guest.device_id);
});

test('a device that is named stays, and gets another token', async () => {
  await asGuest.put(`/devices/${guest.device_id}`, { display_name: 'Kiosk' });
  const answer = await promote({ device_id: guest.device_id });
  expect(answer.body).toMatchObject({ device_id: guest.device_id });
  expect((await asGuest.try('GET', '/account/whoami')).status).toBe(401);
  expect(await sessionIn(answer).get(`/devices/${guest.device_id}`)).toMatchObject({ display_name: 'Kiosk' });
});

test('a guest is asked what everybody is asked, and an invitation counts as for everybody', async () => {
  const first = await promote({ auth: undefined });
  expect([first.status, Object.keys(first.body).toSorted()]).toEqual([
    401,
    ['completed', 'flows', 'params', 'session'],
  ]);
  expect(await isStillGuest()).toBe(true);
  const wish = { login_name: 'visitor', display_name: 'Vera', is_admin: true };
  const { code } = await admin.post<{ code: string }>('/_stafette/admin/v1/invitations', wish);
  const auth = { type: 'm.login.registration_token', token: code, session: first.body['session'] };
  const promoted = await promote({ auth });
  const client = sessionIn(promoted);
  expect(await client.get(`/profile/${encodeURIComponent(guest.user_id)}`)).toEqual({ displayname: 'Vera' });
  expect((await client.try('GET', '/_stafette/admin/v1/invitations')).status).toBe(200);
  expect((await logIn('visitor')).body).toMatchObject({ user_id: guest.user_id });
  const again = await homeserver.anonymous.try('POST', '/register', {
    username: 'other',
    password: 'other-pw-1',
    auth,
  });
  expect(again.status).toBe(401);
});

test('of many at the same moment one succeeds', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, async () => promote()));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status } of answers) expect([200, 400, 403]).toContain(status);
});

describe('the guest stays a guest', () => {
  test.each([
    ['without a name', { username: undefined }, 400, 'M_MISSING_PARAM'],
    ['with another name', { username: 'somebody' }, 400, 'M_INVALID_USERNAME'],
    ['with the name of somebody', { username: 'anna' }, 400, 'M_INVALID_USERNAME'],
    ['without a password', { password: undefined }, 400, 'M_MISSING_PARAM'],
    ['with a token that is made up', { guest_access_token: 'made up' }, 403, 'M_FORBIDDEN'],
    ['with no token', { guest_access_token: '' }, 403, 'M_FORBIDDEN'],
    [
      'with a code that does not hold',
      { auth: { type: 'm.login.registration_token', token: 'A' } },
      401,
      'M_UNAUTHORIZED',
    ],
  ])('%s', async (_what, changes, status, errcode) => {
    expect(await promote(changes)).toMatchObject({ status, body: { errcode } });
    expect(await isStillGuest()).toBe(true);
  });

  test('with the token of a person, or of another guest', async () => {
    expect(await promote({ username: 'anna', guest_access_token: anna.accessToken })).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
    const { access_token: other } = await homeserver.anonymous.post<Session>('/register?kind=guest');
    expect((await promote({ guest_access_token: other })).body).toMatchObject({ errcode: 'M_INVALID_USERNAME' });
    expect(await isStillGuest()).toBe(true);
    expect((await homeserver.as(anna).try('GET', '/account/whoami')).status).toBe(200);
  });

  test.each([
    ['locked', 'M_FORBIDDEN'],
    ['suspended', 'M_USER_SUSPENDED'],
  ])('while %s', async (state, errcode) => {
    const kind = state === 'locked' ? 'lock' : 'suspend';
    await admin.put(`/_matrix/client/v1/admin/${kind}/${encodeURIComponent(guest.user_id)}`, { [state]: true });
    expect(await promote()).toMatchObject({ status: 403, body: { errcode } });
  });

  test('when the account has ended', async () => {
    const path = `/_synapse/admin/v1/deactivate/${encodeURIComponent(guest.user_id)}`;
    await admin.post(path, {});
    expect(await promote()).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect((await logIn(username)).status).toBe(403);
  });
});

test('nobody takes the account of a guest without its token', async () => {
  expect(await promote({ guest_access_token: undefined })).toMatchObject({
    status: 400,
    body: { errcode: 'M_USER_IN_USE' },
  });
  expect(await isStillGuest()).toBe(true);
});

test('a server that has no guests any more makes nobody of them', async () => {
  const before = await startHomeserver();
  const { access_token: token, user_id: userId } = await before.anonymous.post<Session>('/register?kind=guest');
  await before.server.close();
  const closed = await startHomeserver({ after: before, features: { openRegistration: false } });
  const answer = await closed.anonymous.try('POST', '/register', {
    username: localpartOf(parseUserId(userId) ?? expect.fail()),
    password: passwordOf('guest'),
    guest_access_token: token,
  });
  expect(answer).toMatchObject({ status: 403, body: { errcode: 'M_GUEST_ACCESS_FORBIDDEN' } });
  await closed.stop();
});
