import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => homeserver.stop());

interface Token {
  readonly token: string;
}
const all = '/_synapse/admin/v1/registration_tokens';
const make = async (body: object = {}): Promise<Token> => admin.post(`${all}/new`, body);
const listed = async (query = ''): Promise<readonly Token[]> =>
  (await admin.get<{ registration_tokens: Token[] }>(`${all}${query}`)).registration_tokens;
const isValid = async (token: string) => {
  const path = `/_matrix/client/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(token)}`;
  return (await homeserver.anonymous.get(path))['valid'];
};
const register = async (username: string, token: string) =>
  homeserver.anonymous.try('POST', '/register', {
    username,
    password: 'newcomer-password-1',
    auth: { type: 'm.login.registration_token', token },
  });

test('a token lets in as many as it allows, and of many at once no more', async () => {
  const { token } = await make({ uses_allowed: 2 });
  expect(token).toMatch(/^[A-Za-z0-9_.]{16}$/);
  expect(await isValid(token)).toBe(true);
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => register(name, token)));
  expect(answers.filter(({ status }) => status === 200).length).toBe(2);
  expect(await isValid(token)).toBe(false);
  expect((await register('e', token)).status).toBe(401);
  expect(await admin.get(`${all}/${token}`)).toMatchObject({ uses_allowed: 2, completed: 2, pending: 0 });
  await admin.put(`${all}/${token}`, { uses_allowed: null });
  expect((await register('e', token)).status).toBe(200);
  // Nobody becomes an administrator by one.
  expect(await admin.get('/_synapse/admin/v2/users/@e:test.example')).toMatchObject({ admin: false });
});

test('is shown once, and named by a handle from then on that lets nobody in', async () => {
  const made = await make({ token: 'chosen-by-somebody', expiry_time: homeserver.clock.nowMs() + 1000 });
  expect(made).toEqual({
    token: 'chosen-by-somebody',
    uses_allowed: null,
    pending: 0,
    completed: 0,
    expiry_time: homeserver.clock.nowMs() + 1000,
  });
  expect(JSON.stringify(await listed())).not.toContain('chosen-by-somebody');
  const { token: handle } = await admin.get<Token>(`${all}/chosen-by-somebody`);
  expect((await listed()).map(({ token }) => token)).toContain(handle);
  expect(await isValid(handle)).toBe(false);
  expect((await register('hidden', handle)).status).toBe(401);
  expect(await admin.get(`${all}/${handle}`)).toMatchObject({ token: handle });
  homeserver.clock.advance(1000);
  expect(await isValid('chosen-by-somebody')).toBe(false);
  expect((await listed('?valid=false')).map(({ token }) => token)).toContain(handle);
  expect((await listed('?valid=true')).map(({ token }) => token)).not.toContain(handle);
  expect(await admin.put(`${all}/${handle}`, { expiry_time: null })).toMatchObject({ expiry_time: null });
  expect(await isValid('chosen-by-somebody')).toBe(true);
  expect(await admin.delete(`${all}/${handle}`)).toEqual({});
  expect(await isValid('chosen-by-somebody')).toBe(false);
  const { entries } = await admin.get<{ entries: { action: string }[] }>(`/_stafette/admin/v1/audit?target=${handle}`);
  expect(entries.map(({ action }) => action)).toEqual([
    'registration-token.remove',
    'registration-token.change',
    'registration-token.create',
  ]);
});

test('tools’ requests that say nothing of a member leave it as it is', async () => {
  const { token } = await make({ length: 32, uses_allowed: null, expiry_time: null });
  expect(token.length).toBe(32);
  await admin.put(`${all}/${token}`, { uses_allowed: 0 });
  expect(await admin.put(`${all}/${token}`, {})).toMatchObject({ uses_allowed: 0, expiry_time: null });
  expect(await isValid(token)).toBe(false);
});

test('tokens that cannot be, that are there or that are not are refused', async () => {
  await make({ token: 'only-once-1' });
  const past = homeserver.clock.nowMs();
  for (const body of [
    { token: 'only-once-1' },
    { token: 'short' },
    { length: 4 },
    { token: 'not a token' },
    { token: `hidden-${'A'.repeat(43)}` },
    { expiry_time: past },
  ])
    expect((await admin.try('POST', `${all}/new`, body)).body['errcode']).toBe('M_INVALID_PARAM');
  for (const body of [{ token: 'x'.repeat(65) }, { length: 65 }, { uses_allowed: -1 }, { expiry_time: 'never' }])
    expect((await admin.try('POST', `${all}/new`, body)).status).toBe(400);
  expect((await admin.try('PUT', `${all}/only-once-1`, { expiry_time: past })).body['errcode']).toBe('M_INVALID_PARAM');
  for (const method of ['GET', 'PUT', 'DELETE'] as const)
    expect((await admin.try(method, `${all}/no-such-token`, method === 'PUT' ? {} : undefined)).body['errcode']).toBe(
      'M_NOT_FOUND',
    );
  const asAnna = homeserver.as(await homeserver.register('anna'));
  for (const [method, path] of [
    ['GET', all],
    ['POST', `${all}/new`],
    ['GET', `${all}/only-once-1`],
    ['PUT', `${all}/only-once-1`],
    ['DELETE', `${all}/only-once-1`],
  ] as const)
    expect(await asAnna.try(method, path, method === 'GET' ? undefined : {})).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    });
});
