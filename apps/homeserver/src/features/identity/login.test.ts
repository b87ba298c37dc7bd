import { passwordOf, startHomeserver, type Answer, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fragment, sql } from '../../database/sql.ts';

/** A member of an answer that has to be text. */
function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, got ${typeof value}`);
  return value;
}

let homeserver: TestHomeserver;
let anna: TestUser;

beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());

const passwordLogin = (user: string, password: string, more: object = {}): object => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user },
  password,
  ...more,
});
const logIn = async (body: object): Promise<Answer> => homeserver.anonymous.try('POST', '/login', body);
const openSession = async (more: object = {}): Promise<TestUser & { refreshToken: string }> => {
  const { body } = await logIn(passwordLogin('anna', passwordOf('anna'), more));
  return {
    userId: text(body['user_id']),
    deviceId: text(body['device_id']),
    accessToken: text(body['access_token']),
    refreshToken: text(body['refresh_token'] ?? ''),
  };
};
const whoami = async (user: { accessToken: string }): Promise<Answer> =>
  homeserver.as(user).try('GET', '/account/whoami');
const auth = (password = passwordOf('anna')): object => passwordLogin('anna', password);

describe('logging in', () => {
  test.each(['anna', '@anna:test.example'])('%s and the password open a session', async (name) => {
    expect(await logIn(passwordLogin(name, passwordOf('anna')))).toMatchObject({
      status: 200,
      body: { user_id: anna.userId },
    });
    expect((await logIn({ type: 'm.login.password', user: name, password: passwordOf('anna') })).status).toBe(200);
  });

  test('an unknown name, a wrong password and an ended account get the same bytes', async () => {
    const bernd = await homeserver.register('bernd');
    const berndAuth = passwordLogin('bernd', passwordOf('bernd'));
    await homeserver.as(bernd).post('/account/deactivate', { auth: berndAuth });
    const answers = await Promise.all([
      logIn(passwordLogin('anna', 'wrong-password')),
      logIn(passwordLogin('nobody', 'wrong-password')),
      logIn(passwordLogin('@nobody:elsewhere.example', 'wrong-password')),
      logIn(passwordLogin('no such\0name', 'wrong-password')),
      logIn(berndAuth),
    ]);
    const seen = answers.map(({ status, headers, body }) => {
      const named = [...headers].filter(([name]) => name !== 'date');
      return JSON.stringify([status, named, body]);
    });
    expect(new Set(seen).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  });

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['NUL', '\0'],
    ['a megabyte', 'x'.repeat(900_000)],
    ['a long one', 'x'.repeat(600)],
  ])('%s is no password, on any way in', async (_name, password) => {
    expect((await logIn(passwordLogin('anna', password))).status).toBe(403);
    expect(
      (
        await homeserver
          .as(anna)
          .try('POST', '/account/password', { new_password: 'a-new-password', auth: auth(password) })
      ).status,
    ).toBe(401);
    expect((await whoami(await openSession())).status).toBe(200);
  });

  test.each([
    [passwordLogin('anna', 'x', { type: 'm.login.sso' })],
    [{ type: 'm.login.token' }],
    [{ type: 'm.login.password' }],
    [{ password: 'x' }],
    [passwordLogin('anna', 'x', { device_id: 'a\0b' })],
    [passwordLogin('anna', 'x', { initial_device_display_name: '\0' })],
  ])('the malformed request %j is refused', async (body) => {
    expect([400, 403]).toContain((await logIn(body)).status);
  });

  test('the same device logs in again and its earlier token is dead', async () => {
    const first = await openSession({ device_id: 'PHONE', initial_device_display_name: 'My phone' });
    const second = await openSession({ device_id: 'PHONE', initial_device_display_name: 'Another name' });
    expect(second.deviceId).toBe('PHONE');
    expect((await whoami(first)).status).toBe(401);
    expect((await whoami(second)).status).toBe(200);
    expect(await homeserver.as(second).get('/devices/PHONE')).toMatchObject({ display_name: 'My phone' });
  });
});

describe('ending sessions', () => {
  test('an administrators’ tool without a device yet says so with null, and gets one', async () => {
    const session = await openSession({ device_id: null, initial_device_display_name: 'Ketesa' });
    expect(session.deviceId).not.toBe('');
    expect((await whoami(session)).body).toMatchObject({ device_id: session.deviceId });
  });

  test('logging out ends one session, logging out everywhere ends all', async () => {
    const [one, two, three] = [await openSession(), await openSession(), await openSession()];
    await homeserver.as(one).post('/logout');
    expect(await whoami(one)).toMatchObject({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', soft_logout: false } });
    expect((await whoami(two)).status).toBe(200);
    await homeserver.as(two).post('/logout/all');
    expect((await whoami(three)).status).toBe(401);
    anna = await openSession();
  });

  test('a long poll ends when its session does', async () => {
    const session = await openSession();
    const { next_batch: since } = await homeserver.as(session).sync<{ next_batch: string }>();
    const poll = homeserver.as(session).try('GET', `/sync?timeout=60000&since=${since}`);
    const startedAt = performance.now();
    await homeserver.as(session).post('/logout');
    expect(await poll).toMatchObject({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  test('a new password ends the other sessions, unless they are to stay', async () => {
    const dora = await homeserver.register('dora');
    const loginAs = async (password: string) => logIn(passwordLogin('dora', password));
    const other = { accessToken: text((await loginAs(passwordOf('dora'))).body['access_token']) };
    const change = async (from: string, to: string, more: object = {}) =>
      homeserver
        .as(dora)
        .try('POST', '/account/password', { new_password: to, auth: passwordLogin('dora', from), ...more });
    expect((await change(passwordOf('dora'), 'second-password', { logout_devices: false })).status).toBe(200);
    expect((await whoami(other)).status).toBe(200);
    expect((await loginAs(passwordOf('dora'))).status).toBe(403);
    expect((await change('second-password', 'third-password')).status).toBe(200);
    expect((await whoami(other)).status).toBe(401);
    expect((await whoami(dora)).status).toBe(200);
  });

  test('a deactivated account is over: tokens, login, name', async () => {
    const emil = await homeserver.register('emil');
    const emilAuth = passwordLogin('emil', passwordOf('emil'));
    expect(
      await homeserver.as(emil).try('POST', '/account/deactivate', { auth: passwordLogin('emil', 'wrong') }),
    ).toMatchObject({ status: 401 });
    expect(await homeserver.as(emil).post('/account/deactivate', { auth: emilAuth, erase: true })).toMatchObject({
      id_server_unbind_result: 'success',
    });
    expect((await whoami(emil)).status).toBe(401);
    expect((await logIn(emilAuth)).status).toBe(403);
    const again = await homeserver.anonymous.try('POST', '/register', {
      username: 'emil',
      password: 'emil-again',
      auth: { type: 'm.login.dummy' },
    });
    expect(again.body['errcode']).toBe('M_USER_IN_USE');
  });
});

describe('refresh tokens', () => {
  const refresh = async (token: string): Promise<Answer> =>
    homeserver.anonymous.try('POST', '/refresh', { refresh_token: token });

  test('an access token with one beside it ends after minutes and is renewed', async () => {
    const session = await openSession({ refresh_token: true });
    homeserver.clock.advance(5 * 60 * 1000);
    expect(await whoami(session)).toMatchObject({
      status: 401,
      body: { errcode: 'M_UNKNOWN_TOKEN', soft_logout: true },
    });
    const { status, body } = await refresh(session.refreshToken);
    expect(status).toBe(200);
    expect(body['expires_in_ms']).toBe(5 * 60 * 1000);
    const renewed = { accessToken: text(body['access_token']) };
    expect(await whoami(renewed)).toMatchObject({ status: 200, body: { device_id: session.deviceId } });
  });

  test('a lost answer can be asked for again, until the newer token was used', async () => {
    const session = await openSession({ refresh_token: true });
    const first = await refresh(session.refreshToken);
    expect(await refresh(session.refreshToken)).toMatchObject({
      status: 200,
      body: { access_token: first.body['access_token'] },
    });
    expect((await whoami({ accessToken: text(first.body['access_token']) })).status).toBe(200);
    expect((await refresh(session.refreshToken)).status).toBe(401);
  });

  test('a token that is shown again after its use ends the session for whoever has it', async () => {
    const session = await openSession({ refresh_token: true });
    const thief = await refresh(session.refreshToken);
    const stolen = { accessToken: text(thief.body['access_token']) };
    expect((await whoami(stolen)).status).toBe(200);
    expect(await refresh(session.refreshToken)).toMatchObject({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } });
    expect((await whoami(stolen)).status).toBe(401);
    expect((await refresh(text(thief.body['refresh_token']))).status).toBe(401);
  });

  test.each(['', '.', 'stafette_refresh_', 'x.y', 'a\0b'])('%j is no refresh token', async (token) => {
    expect((await refresh(token)).status).toBe(401);
  });
});

describe('login tokens', () => {
  test('one opens one session', async () => {
    expect((await homeserver.as(anna).try('POST', '/_matrix/client/v1/login/get_token', {})).status).toBe(401);
    const { login_token: token } = await homeserver
      .as(anna)
      .post('/_matrix/client/v1/login/get_token', { auth: auth() });
    const answers = await Promise.all(Array.from({ length: 10 }, async () => logIn({ type: 'm.login.token', token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(9);
  });

  test('one is good for two minutes', async () => {
    const { login_token: token } = await homeserver
      .as(anna)
      .post('/_matrix/client/v1/login/get_token', { auth: auth() });
    homeserver.clock.advance(2 * 60 * 1000);
    expect((await logIn({ type: 'm.login.token', token })).status).toBe(403);
  });
});

test('what the database holds opens nothing', async () => {
  const session = await openSession({ refresh_token: true });
  const { login_token: loginToken } = await homeserver
    .as(anna)
    .post<{ login_token: string }>('/_matrix/client/v1/login/get_token', { auth: auth() });
  const dumps = await Promise.all(
    [fragment`session`, fragment`login_token`, fragment`account`].map(async (table) =>
      homeserver.database.database.reader.query(sql`select * from ${table}`),
    ),
  );
  const dump = JSON.stringify(dumps, (_key, value: unknown) =>
    Buffer.isBuffer(value) ? value.toString('latin1') : value,
  );
  expect(dump.length).toBeGreaterThan(1000);
  for (const secret of [session.accessToken, session.refreshToken, loginToken, passwordOf('anna')])
    expect(dump).not.toContain(secret);
});
