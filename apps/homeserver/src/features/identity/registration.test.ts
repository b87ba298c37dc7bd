import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';

let open: TestHomeserver;
let closed: TestHomeserver;

beforeAll(async () => {
  open = await startHomeserver();
  closed = await startHomeserver({ features: { openRegistration: false } });
});
afterAll(async () => {
  await open.stop();
  await closed.stop();
});

const dummy = { type: 'm.login.dummy' };

test('whoever has no account sees the directory of rooms only where anybody may have one', async () => {
  expect((await open.anonymous.try('GET', '/publicRooms')).status).toBe(200);
  expect(await closed.anonymous.try('GET', '/publicRooms')).toMatchObject({
    status: 401,
    body: { errcode: 'M_MISSING_TOKEN' },
  });
});

describe('where registration is open', () => {
  test('a new account can be used at once', async () => {
    const anna = await open.register('anna');
    expect(anna.userId).toBe('@anna:test.example');
    expect(await open.as(anna).get('/account/whoami')).toEqual({
      user_id: anna.userId,
      device_id: anna.deviceId,
      is_guest: false,
    });
  });

  test('the first answer names the flows and carries no error code', async () => {
    const { status, body } = await open.anonymous.try('POST', '/register', {
      username: 'bernd',
      password: 'bernd-password',
    });
    expect(status).toBe(401);
    expect(Object.keys(body).toSorted()).toEqual(['completed', 'flows', 'params', 'session']);
    expect(body['flows']).toContainEqual({ stages: ['m.login.dummy'] });
    const auth = { ...dummy, session: body['session'] };
    expect(
      await open.anonymous.post('/register', { username: 'bernd', password: 'bernd-password', auth }),
    ).toMatchObject({ user_id: '@bernd:test.example' });
  });

  test('capitals become small letters, here and at the login', async () => {
    const { body } = await open.anonymous.try('POST', '/register', {
      username: 'Emma-UPPER',
      password: 'emma-password',
      auth: dummy,
    });
    expect(body['user_id']).toBe('@emma-upper:test.example');
    for (const user of ['EMMA-upper', '@Emma-Upper:test.example']) {
      const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: 'emma-password' };
      expect(await open.anonymous.post('/login', login)).toMatchObject({ user_id: '@emma-upper:test.example' });
    }
  });

  test.each([
    '!',
    '"',
    ':',
    '?',
    '\\',
    '@',
    '[',
    '}',
    '|',
    '£',
    'é',
    '\n',
    "'",
    'anna b',
    'anna@',
    'ännchen',
    '',
    'a'.repeat(255),
    'anna:evil',
    'anna\0',
  ])('the name %j is refused', async (username) => {
    const { status, body } = await open.anonymous.try('POST', '/register', {
      username,
      password: 'a-password',
      auth: dummy,
    });
    expect([status, body['errcode']]).toEqual([400, 'M_INVALID_USERNAME']);
  });

  test('a name is given once, also to many at the same moment', async () => {
    const attempts = Array.from({ length: 20 }, async () =>
      open.anonymous.try('POST', '/register', { username: 'clara', password: 'clara-password', auth: dummy }),
    );
    const answers = await Promise.all(attempts);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['errcode'] === 'M_USER_IN_USE')).toHaveLength(19);
    expect(await open.anonymous.try('GET', '/register/available?username=clara')).toMatchObject({
      status: 400,
      body: { errcode: 'M_USER_IN_USE' },
    });
    expect(await open.anonymous.get('/register/available?username=dora')).toEqual({ available: true });
  });

  test('without a name one is made up, and without a session none is opened', async () => {
    const answer = await open.anonymous.post('/register', {
      password: 'some-password',
      auth: dummy,
      inhibit_login: true,
    });
    expect(Object.keys(answer)).toEqual(['user_id']);
    expect(answer['user_id']).toMatch(/^@[0-9a-z]{14}:test\.example$/);
  });

  test('a guest has an account that may do little', async () => {
    const guest = await open.anonymous.post<{ access_token: string; user_id: string; device_id: string }>(
      '/register?kind=guest',
      { refresh_token: true, username: 'chosen', device_id: 'CHOSEN', inhibit_login: true },
    );
    // Guests say nothing about their account.
    expect(JSON.stringify(guest)).not.toMatch(/refresh_token|chosen/i);
    const client = open.as({ accessToken: guest.access_token });
    expect(await client.get('/account/whoami')).toMatchObject({ user_id: guest.user_id, is_guest: true });
    expect(await client.get('/devices')).toMatchObject({ devices: [{ device_id: guest.device_id }] });
    await client.put(`/devices/${guest.device_id}`, { display_name: 'Borrowed' });
    expect(await client.get(`/devices/${guest.device_id}`)).toMatchObject({ display_name: 'Borrowed' });
    const profile = `/profile/${encodeURIComponent(guest.user_id)}`;
    await client.put(`${profile}/displayname`, { displayname: 'Visitor' });
    for (const [method, path, body] of [
      ['POST', '/user_directory/search', { search_term: 'anna' }],
      ['PUT', `${profile}/avatar_url`, { avatar_url: 'mxc://test.example/picture' }],
      ['PUT', `${profile}/example.mood`, { 'example.mood': 'bold' }],
      ['DELETE', `${profile}/avatar_url`, undefined],
    ] as const)
      expect(await client.try(method, path, body)).toMatchObject({
        status: 403,
        body: { errcode: 'M_GUEST_ACCESS_FORBIDDEN' },
      });
    expect(await client.get(profile)).toEqual({ displayname: 'Visitor' });
  });
});

describe('where registration is by invitation', () => {
  test('nobody gets in without a code, as a guest or by asking for another flow', async () => {
    for (const auth of [
      dummy,
      { type: 'm.login.registration_token', token: 'AAAA' },
      { type: 'm.login.registration_token' },
      { type: 'm.login.password' },
    ]) {
      const { status, body } = await closed.anonymous.try('POST', '/register', {
        username: 'eve',
        password: 'eve-password',
        auth,
      });
      expect(status).toBe(401);
      expect(body).toMatchObject({
        errcode: expect.any(String),
        flows: [{ stages: ['m.login.registration_token'] }],
        completed: [],
      });
    }
    expect((await closed.anonymous.try('POST', '/register?kind=guest', {})).status).toBe(403);
    expect(
      await closed.database.database.reader.query(sql`select user_id from account where kind <> 'server'`),
    ).toEqual([]);
  });

  test('whether a name is taken is not told', async () => {
    await closed.registerAdministrator('anna');
    for (const name of ['anna', 'free'])
      expect(await closed.anonymous.get(`/register/available?username=${name}`)).toEqual({ available: true });
    expect(await closed.anonymous.try('GET', '/register/available?username=%20')).toMatchObject({
      status: 400,
      body: { errcode: 'M_INVALID_USERNAME' },
    });
  });
});
