import {
  agencyMail,
  passwordOf,
  startHomeserver,
  startMailSink,
  type MailSink,
  type TestHomeserver,
} from '@stafette/testkit';
import type { JsonObject } from '@stafette/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MINUTES_MS = 60_000;

let sink: MailSink;
let homeserver: TestHomeserver;

beforeAll(async () => {
  sink = await startMailSink();
  homeserver = await startHomeserver({
    settings: {
      publicUrl: 'https://chat.test.example',
      mail: { ...agencyMail(sink), isRequiredAtRegistration: false, linkOrigins: ['https://app.agency.example'] },
    },
  });
});
afterAll(async () => {
  await homeserver.stop();
  await sink.close();
});

const SECRET = 'monkeys.are_GREAT';
const request = async (kind: 'register' | 'account/password' | 'account/3pid', email: string, more: object = {}) =>
  homeserver.anonymous.try('POST', `/${kind}/email/requestToken`, {
    client_secret: SECRET,
    email,
    send_attempt: 1,
    ...more,
  });
/** The path of the link in the next mail; undefined when it has none. */
async function nextLink(): Promise<string | undefined> {
  const { content } = await sink.next();
  const plain = content.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  return /https:\/\/chat\.test\.example(\/_stafette\/v1\/email\/confirm\?[A-Za-z0-9_=&-]+)/.exec(plain)?.[1];
}
const click = async (path: string) => homeserver.anonymous.try('POST', path);
/** A session whose address was confirmed. */
async function confirmed(kind: Parameters<typeof request>[0], email: string, secret = SECRET): Promise<string> {
  const { status, body } = await request(kind, email, { client_secret: secret });
  expect(status).toBe(200);
  expect((await click((await nextLink()) ?? expect.fail('no link'))).status).toBe(200);
  const { sid } = body;
  return typeof sid === 'string' ? sid : expect.fail('no session');
}
const emailAuth = (sid: string, secret = SECRET, session?: unknown): JsonObject => ({
  type: 'm.login.email.identity',
  threepid_creds: { sid, client_secret: secret },
  ...(typeof session === 'string' ? { session } : {}),
});
const passwordAuth = (name: string): JsonObject => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user: name },
  password: passwordOf(name),
});
const logInByMail = async (address: string, password: string) =>
  homeserver.anonymous.try('POST', '/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.thirdparty', medium: 'email', address },
    password,
  });
const addAddress = async (name: string, email: string) => {
  const user = homeserver.as(await homeserver.register(name));
  const sid = await confirmed('account/3pid', email, `secret-of-${name}`);
  await user.post('/account/3pid/add', { sid, client_secret: `secret-of-${name}`, auth: passwordAuth(name) });
  return user;
};

test('an address is added once its mailbox was read, and opens the account together with the password', async () => {
  const anna = await addAddress('anna', 'Anna@Agency.example');
  expect(await anna.get('/account/3pid')).toMatchObject({
    threepids: [{ medium: 'email', address: 'anna@agency.example' }],
  });
  expect((await logInByMail('ANNA@agency.example', passwordOf('anna'))).status).toBe(200);
  const wrong = await logInByMail('anna@agency.example', 'wrong');
  const unknown = await logInByMail('nobody@agency.example', 'wrong');
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  expect(wrong).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  expect(await anna.post('/account/3pid/unbind', { medium: 'email', address: 'anna@agency.example' })).toEqual({
    id_server_unbind_result: 'no-support',
  });
  expect(await anna.post('/account/3pid/delete', { medium: 'email', address: 'anna@agency.example' })).toEqual({
    id_server_unbind_result: 'no-support',
  });
  expect(await anna.get('/account/3pid')).toEqual({ threepids: [] });
  expect((await logInByMail('anna@agency.example', passwordOf('anna'))).status).toBe(403);
});

test('a forgotten password is replaced by whoever reads the mailbox, once', async () => {
  await addAddress('bernd', 'bernd@agency.example');
  const question = await homeserver.anonymous.try('POST', '/account/password', { new_password: 'brand-new-password' });
  expect(question).toMatchObject({ status: 401, body: { flows: [{ stages: ['m.login.email.identity'] }] } });
  const sid = await confirmed('account/password', 'bernd@agency.example');
  const reset = async (auth: JsonObject, password = 'brand-new-password') =>
    homeserver.anonymous.try('POST', '/account/password', { new_password: password, auth });
  expect((await reset(emailAuth(sid, 'another-secret'))).body['errcode']).toBe('M_THREEPID_AUTH_FAILED');
  expect((await reset(emailAuth('another-sid'))).body['errcode']).toBe('M_THREEPID_AUTH_FAILED');
  expect((await reset(emailAuth(sid))).status).toBe(200);
  expect((await logInByMail('bernd@agency.example', 'brand-new-password')).status).toBe(200);
  expect((await reset(emailAuth(sid), 'yet-another-password')).status).toBe(401);
  expect((await logInByMail('bernd@agency.example', 'brand-new-password')).status).toBe(200);
});

test('who has an account is told to its mailbox alone', async () => {
  await addAddress('clara', 'clara@agency.example');
  for (const kind of ['register', 'account/password', 'account/3pid'] as const) {
    const known = await request(kind, 'clara@agency.example', { client_secret: `known-${kind.replace('/', '-')}` });
    const knownLink = await nextLink();
    const unknown = await request(kind, 'nobody@agency.example', {
      client_secret: `unknown-${kind.replace('/', '-')}`,
    });
    const unknownLink = await nextLink();
    const shape = ({ status, body, headers }: typeof known) => [status, Object.keys(body), [...headers.keys()]];
    expect(shape(known)).toEqual(shape(unknown));
    expect(known.status).toBe(200);
    expect([knownLink !== undefined, unknownLink !== undefined]).toEqual(
      kind === 'account/password' ? [true, false] : [false, true],
    );
  }
});

test('a proof is good for the purpose, client and address that it was asked for', async () => {
  const dora = homeserver.as(await homeserver.register('dora'));
  const sid = await confirmed('register', 'dora@agency.example');
  const add = async (body: object) =>
    dora.try('POST', '/account/3pid/add', { auth: passwordAuth('dora'), client_secret: SECRET, ...body });
  expect(await add({ sid })).toMatchObject({ status: 400, body: { errcode: 'M_THREEPID_AUTH_FAILED' } });
  const right = await confirmed('account/3pid', 'dora@agency.example');
  expect((await add({ sid: right, client_secret: 'other' })).status).toBe(400);
  expect((await add({ sid: right })).status).toBe(200);
  expect((await add({ sid: right })).status).toBe(400);
});

test('a registration proves an address first, and one address makes one account', async () => {
  const register = async (username: string, auth?: JsonObject) =>
    homeserver.anonymous.try('POST', '/register', { username, password: passwordOf(username), auth });
  const first = await confirmed('register', 'emil@agency.example', 'first');
  const second = await confirmed('register', 'emil@agency.example', 'second');
  for (const [name, sid, secret, status] of [
    ['emil', first, 'first', 200],
    ['emil2', second, 'second', 400],
  ] as const) {
    const answer = await register(name, emailAuth(sid, secret));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body['errcode']).toBe('M_THREEPID_IN_USE');
  }
  expect((await logInByMail('emil@agency.example', passwordOf('emil'))).status).toBe(200);
});

test('the link of a mail asks for a click, works once and ends after a quarter of an hour', async () => {
  await request('register', 'frida@agency.example');
  const link = (await nextLink()) ?? expect.fail('no link');
  expect((await homeserver.anonymous.try('GET', link)).status).toBe(200);
  expect((await click(link.replace(/sid=..../, 'sid=0000'))).status).toBe(400);
  expect((await click(link.replace(/token=..../, 'token=0000'))).status).toBe(400);
  const clicks = await Promise.all(Array.from({ length: 50 }, async () => click(link)));
  expect(clicks.filter(({ status }) => status === 200)).toHaveLength(1);
  await request('register', 'frida@agency.example', { client_secret: 'late' });
  const late = (await nextLink()) ?? expect.fail('no link');
  homeserver.clock.advance(15 * MINUTES_MS);
  expect((await click(late)).status).toBe(400);
});

test('a mail is sent again only for a higher attempt, and then its link counts', async () => {
  const [first, again] = [
    await request('register', 'gerd@agency.example'),
    await request('register', 'gerd@agency.example'),
  ];
  expect(again.body['sid']).toBe(first.body['sid']);
  const older = (await nextLink()) ?? expect.fail('no link');
  const third = await request('register', 'gerd@agency.example', { send_attempt: 2 });
  expect(third.body['sid']).toBe(first.body['sid']);
  const newer = (await nextLink()) ?? expect.fail('no link');
  expect((await click(older)).status).toBe(400);
  expect((await click(newer)).status).toBe(200);
});

test('people are led to this server or a listed one alone', async () => {
  for (const next_link of [
    'https://evil.example/',
    'javascript:alert(1)',
    'https://app.agency.example.evil.tld/',
    '//evil',
  ])
    expect(await request('register', 'hans@agency.example', { next_link })).toMatchObject({
      status: 400,
      body: { errcode: 'M_INVALID_PARAM' },
    });
  await request('register', 'hans@agency.example', { next_link: 'https://app.agency.example/done' });
  const link = (await nextLink()) ?? expect.fail('no link');
  const answer = await fetch(`${homeserver.baseUrl}${link}`, { method: 'POST', redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://app.agency.example/done']);
});

test('what is no admitted address is refused, whoever asks', async () => {
  for (const email of ['a@evil.org@agency.example', '"a@evil.org"@agency.example', 'x@agency.example\n', 'x'])
    expect(await request('register', email)).toMatchObject({ status: 400, body: { errcode: 'M_INVALID_PARAM' } });
  for (const email of ['x@evil.example', 'x@sub.agency.example', 'x@agency.example.evil.tld'])
    expect(await request('register', email)).toMatchObject({ status: 403, body: { errcode: 'M_THREEPID_DENIED' } });
  const phone = { client_secret: SECRET, country: 'DE', phone_number: '0301234567', send_attempt: 1 };
  expect(await homeserver.anonymous.try('POST', '/register/msisdn/requestToken', phone)).toMatchObject({
    status: 403,
    body: { errcode: 'M_THREEPID_DENIED' },
  });
  expect(await homeserver.anonymous.try('POST', '/account/3pid/msisdn/requestToken', phone)).toMatchObject({
    status: 400,
    body: { errcode: 'M_THREEPID_MEDIUM_NOT_SUPPORTED' },
  });
});

test('identity servers are not worked with', async () => {
  const ida = homeserver.as(await homeserver.register('ida'));
  const creds = { client_secret: SECRET, sid: 'x', id_server: 'id.example', id_access_token: 'x' };
  expect((await ida.try('POST', '/account/3pid/bind', creds)).body['errcode']).toBe('M_SERVER_NOT_TRUSTED');
  expect((await ida.try('POST', '/account/3pid', { three_pid_creds: creds })).status).toBe(403);
});

test('an account that ends leaves its address to others, and no link into it', async () => {
  const jens = await addAddress('jens', 'jens@agency.example');
  const sid = await confirmed('account/password', 'jens@agency.example');
  await jens.post('/account/deactivate', { auth: passwordAuth('jens') });
  const reset = { new_password: 'brand-new-password', auth: emailAuth(sid) };
  expect((await homeserver.anonymous.try('POST', '/account/password', reset)).status).toBe(401);
  const jana = await addAddress('jana', 'jens@agency.example');
  expect(await jana.get('/account/3pid')).toMatchObject({ threepids: [{ address: 'jens@agency.example' }] });
});

test('mails speak the language of the client, as text and as HTML', async () => {
  for (const [language, subject] of [
    ['de-DE,de;q=0.9', 'Best=C3=A4tigen'],
    ['fr', 'Confirmez'],
    ['pl', 'Confirm'],
  ] as const) {
    await fetch(`${homeserver.baseUrl}/_matrix/client/v3/register/email/requestToken`, {
      method: 'POST',
      headers: { 'accept-language': language },
      body: JSON.stringify({
        client_secret: SECRET,
        email: `k-${language.slice(0, 2)}@agency.example`,
        send_attempt: 1,
      }),
    });
    const { content, sender, recipients } = await sink.next();
    expect(content).toContain(subject);
    expect(content).toContain('Content-Type: text/plain');
    expect(content).toContain('Content-Type: text/html');
    expect([sender, recipients]).toEqual(['stafette@test.example', [`k-${language.slice(0, 2)}@agency.example`]]);
  }
});
