import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';

const PATH = '/_stafette/admin/v1/invitations';
/** A member of an answer that has to be text. */
function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, got ${typeof value}`);
  return value;
}

let homeserver: TestHomeserver;
let admin: TestClient;

interface Invitation {
  readonly id: number;
  readonly code: string;
  readonly expires_ts: number;
}

beforeAll(async () => {
  homeserver = await startHomeserver({ features: { openRegistration: false } });
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => homeserver.stop());

const invite = async (body: object = {}): Promise<Invitation> => admin.post<Invitation>(PATH, body);
const register = async (code: string, username?: string, password = 'a good password') =>
  homeserver.anonymous.try('POST', '/register', {
    username,
    password,
    auth: { type: 'm.login.registration_token', token: code },
  });
const isValid = async (code: string): Promise<unknown> =>
  (
    await homeserver.anonymous.get(
      `/_matrix/client/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(code)}`,
    )
  )['valid'];
const stateOf = async (id: number): Promise<unknown> =>
  (await admin.get<{ invitations: { id: number; state: string }[] }>(PATH)).invitations.find(
    (invitation) => invitation.id === id,
  )?.state;

test('a code lets one person in, under a name of their own and an id that says nothing', async () => {
  const { id, code } = await invite({ display_name: 'Anna Beispiel' });
  expect(code).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  expect(await isValid(code)).toBe(true);
  const { status, body } = await register(code.toLowerCase().replaceAll('-', ' '), 'Änna.Beispiel');
  expect(status).toBe(200);
  expect(body['user_id']).toMatch(/^@[0-9a-z]{14}:test\.example$/);
  const anna = homeserver.as({ accessToken: text(body['access_token']) });
  expect(await anna.get('/_stafette/v1/me')).toEqual({
    user_id: body['user_id'],
    login_name: 'änna.beispiel',
    display_name: 'Anna Beispiel',
    role: 'user',
  });
  expect(await stateOf(id)).toBe('used');
  expect(await isValid(code)).toBe(false);
  expect((await register(code, 'somebody.else')).status).toBe(401);
  for (const user of ['ÄNNA.BEISPIEL', 'Änna.Beispiel', text(body['user_id']), text(body['user_id']).slice(1, 15)]) {
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: 'a good password' };
    expect((await homeserver.anonymous.try('POST', '/login', login)).body['user_id']).toBe(body['user_id']);
  }
});

test('of hundreds who use one code at the same moment one gets in', async () => {
  const { code } = await invite();
  const accounts = async (): Promise<number> =>
    (await homeserver.database.database.reader.query(sql`select user_id from account`)).length;
  const before = await accounts();
  const answers = await Promise.all(Array.from({ length: 300 }, async (_, index) => register(code, `many${index}`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401 || status === 403)).toHaveLength(299);
  expect(await accounts()).toBe(before + 1);
});

test('what a registration fails of does not use the code up', async () => {
  const { code } = await invite();
  expect(await register(code, 'bernd', ' '.repeat(20))).toMatchObject({
    status: 400,
    body: { errcode: 'M_WEAK_PASSWORD' },
  });
  expect(await register(code, 'not a name')).toMatchObject({ status: 400, body: { errcode: 'M_INVALID_USERNAME' } });
  expect(await register(code, 'ADMIN')).toMatchObject({ status: 400, body: { errcode: 'M_USER_IN_USE' } });
  expect(await register(code)).toMatchObject({ status: 400, body: { errcode: 'M_MISSING_PARAM' } });
  expect((await register(code, 'bernd')).status).toBe(200);
});

test('an administrator can fix the name and make an administrator', async () => {
  const { code } = await invite({ login_name: 'chief', is_admin: true });
  const { body } = await register(code, 'another.name');
  expect(await homeserver.as({ accessToken: text(body['access_token']) }).get('/_stafette/v1/me')).toMatchObject({
    login_name: 'chief',
    role: 'admin',
  });
  expect((await admin.try('POST', PATH, { login_name: 'chief' })).body['errcode']).toBe('M_USER_IN_USE');
  expect((await admin.try('POST', PATH, { login_name: 'not a name' })).body['errcode']).toBe('M_INVALID_USERNAME');
});

test('codes end: after their time, and when they are withdrawn', async () => {
  const short = await invite({ expires_in_ms: 60_000 });
  const week = await invite();
  const withdrawn = await invite();
  await admin.delete(`${PATH}/${withdrawn.id}`);
  expect((await register(withdrawn.code, 'clara')).status).toBe(401);
  expect((await admin.try('DELETE', `${PATH}/${withdrawn.id}`)).status).toBe(404);
  homeserver.clock.advance(60_000);
  expect([await isValid(short.code), await isValid(week.code)]).toEqual([false, true]);
  expect((await register(short.code, 'clara')).status).toBe(401);
  expect([await stateOf(short.id), await stateOf(week.id)]).toEqual(['expired', 'open']);
  homeserver.clock.advance(7 * 24 * 60 * 60 * 1000);
  expect((await register(week.code, 'clara')).status).toBe(401);
});

test.each(['', '-', 'AAAA-AAAA', '\0', 'x'.repeat(200), '%', "' or 1=1"])('%j is no code', async (code) => {
  expect((await register(code, 'dora')).status).toBe(401);
  expect(await isValid(code)).toBe(false);
});

test('a code that was used, ran out, was withdrawn or never was one gets the same answer', async () => {
  const [used, expired, withdrawn] = [await invite(), await invite({ expires_in_ms: 60_000 }), await invite()];
  expect((await register(used.code, 'frida')).status).toBe(200);
  await admin.delete(`${PATH}/${withdrawn.id}`);
  homeserver.clock.advance(60_000);
  const answers = await Promise.all(
    [used.code, expired.code, withdrawn.code, 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA'].map(async (code) =>
      register(code, 'gerd'),
    ),
  );
  const seen = answers.map(({ status, body: { session: _session, ...body } }) => JSON.stringify([status, body]));
  expect(new Set(seen).size).toBe(1);
});

test('the database and the list hold no code', async () => {
  const { code } = await invite();
  const rows = await homeserver.database.database.reader.query(sql`select * from invitation`);
  const stored = JSON.stringify([rows, await admin.get(PATH)]);
  expect(stored).not.toContain(code);
  expect(stored).not.toContain(code.replaceAll('-', ''));
});

test('only administrators invite', async () => {
  const { code } = await invite();
  const { body } = await register(code, 'emil');
  const emil = homeserver.as({ accessToken: text(body['access_token']) });
  const { id } = await invite();
  for (const [method, path, sent] of [
    ['POST', PATH, {}],
    ['GET', PATH, undefined],
    ['DELETE', `${PATH}/${id}`, undefined],
  ] as const) {
    expect((await emil.try(method, path, sent)).status).toBe(403);
    expect((await homeserver.anonymous.try(method, path, sent)).status).toBe(401);
  }
  expect(await stateOf(id)).toBe('open');
});

test.each([
  { is_admin: 'yes' },
  { display_name: 'a\0b' },
  { expires_in_ms: 1 },
  { expires_in_ms: 1e12 },
  { login_name: 5 },
])('%j is refused', async (body) => {
  expect((await admin.try('POST', PATH, body)).status).toBe(400);
});
