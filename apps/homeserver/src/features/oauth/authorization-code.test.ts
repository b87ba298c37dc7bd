import {
  DEVICE_GRANT,
  formOf,
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  REDIRECT_URI,
  scopeOf,
  type SeenPage,
  startHomeserver,
  type TestHomeserver,
  type TestUser,
  VERIFIER,
} from '@stafette/testkit';
import { parseUserId } from '@stafette/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { rateLimits } from '../../http/limits.ts';

const AUTHORIZE = '/_stafette/oauth/authorize';

let homeserver: TestHomeserver;
let client: OAuthTestClient;
let clientId: string;
let anna: TestUser;
let browser: PageBrowser;
let deviceId: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  client = new OAuthTestClient(homeserver.baseUrl);
  clientId = await client.registered();
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());
beforeEach(() => {
  browser = new PageBrowser(homeserver.baseUrl);
  count += 1;
  deviceId = `DEVICE${count}`;
});

const consent = async (more: Readonly<Record<string, string>> = {}): Promise<SeenPage> =>
  browser.logIn(await browser.get(client.authorizePath(clientId, deviceId, more)), 'anna', passwordOf('anna'));
const decide = async (page: SeenPage, decision = 'allow'): Promise<URL> =>
  new URL((await browser.submit(page, AUTHORIZE, { decision })).headers.get('location') ?? 'none:');
const codeIn = (url: URL): string => url.searchParams.get('code') ?? '';
const exchange = async (code: string, more: Readonly<Record<string, string>> = {}) =>
  client.token({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    ...more,
  });
const logIn = async (): Promise<{ readonly access: string; readonly refresh: string }> => {
  const { body } = await exchange(codeIn(await decide(await consent())));
  return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
};
const statusOf = async (accessToken: string): Promise<number> =>
  (await homeserver.as({ accessToken }).try('GET', '/account/whoami')).status;
const refresh = async (token: string, more: Readonly<Record<string, string>> = {}) =>
  client.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: token, ...more });

test('a person logs an application in, which gets a session for its device', async () => {
  const page = await consent();
  expect(page.text).toContain('Sample App');
  expect(page.text).toContain('app.example.org');
  const target = await decide(page);
  expect(`${target.origin}${target.pathname}`).toBe(REDIRECT_URI);
  expect(target.searchParams.get('state')).toBe('the state');
  expect(target.searchParams.get('iss')).toBe(`${homeserver.baseUrl}/`);
  const { status, headers, body } = await exchange(codeIn(target));
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: expect.any(String),
    scope: scopeOf(deviceId),
  });
  const session = homeserver.as({ accessToken: String(body['access_token']) });
  expect(await session.get('/account/whoami')).toEqual({ user_id: anna.userId, device_id: deviceId, is_guest: false });
  expect((await session.get(`/devices/${deviceId}`))['display_name']).toBe('Sample App');
});

test('whoever administers the server is told that the application can do so too', async () => {
  const POWERS = 'administer this server with your powers';
  await homeserver.registerAdministrator('boss');
  expect((await consent()).text).not.toContain(POWERS);
  const stranger = new PageBrowser(homeserver.baseUrl);
  const start = await stranger.get(client.authorizePath(clientId, deviceId));
  expect((await stranger.logIn(start, 'boss', passwordOf('boss'))).text).toContain(POWERS);
});

test('the answer is in the fragment when the client asks for that', async () => {
  const target = await decide(await consent({ response_mode: 'fragment' }));
  expect(target.search).toBe('');
  expect(new URLSearchParams(target.hash.slice(1)).get('code')).toMatch(/^stafette_code_/);
});

test('the spelling from before the specification is granted as it was asked for', async () => {
  const scope = `openid urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:${deviceId}`;
  const { status, body } = await exchange(codeIn(await decide(await consent({ scope }))));
  expect([status, body['scope']]).toEqual([200, scope.slice('openid '.length)]);
});

test('who does not allow it sends the application away', async () => {
  const target = await decide(await consent(), 'deny');
  expect(target.searchParams.get('error')).toBe('access_denied');
  expect(target.searchParams.get('state')).toBe('the state');
  expect(target.searchParams.get('code')).toBeNull();
});

test.each([
  ['another verifier', { code_verifier: 'w'.repeat(43) }],
  ['a short verifier', { code_verifier: 'v' }],
  ['another address', { redirect_uri: 'https://app.example.org/other' }],
])('a code is no good with %s, and still good without', async (_name, more) => {
  const code = codeIn(await decide(await consent()));
  expect(await exchange(code, more)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await exchange(code)).status).toBe(200);
});

test.each([
  ['a verifier', 'code_verifier'],
  ['an address', 'redirect_uri'],
  ['a code', 'code'],
])('a request for tokens without %s is refused, and the code is still good', async (_name, missing) => {
  const code = codeIn(await decide(await consent()));
  const request = { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: REDIRECT_URI };
  const complete = { ...request, code_verifier: VERIFIER };
  const { [missing]: _left, ...rest } = complete as Readonly<Record<string, string>>;
  // What is there without a value is not there.
  for (const each of [rest, { ...rest, [missing]: '' }])
    expect(await client.token(each)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect((await client.token(complete)).status).toBe(200);
});

test('no token and no code is taken for another kind', async () => {
  const tokens = await logIn();
  const code = codeIn(await decide(await browser.get(client.authorizePath(clientId, deviceId))));
  for (const token of [code, tokens.access, 'made up', '']) expect((await refresh(token)).status).toBe(400);
  for (const token of [tokens.access, tokens.refresh])
    expect((await exchange(token)).body['error']).toBe('invalid_grant');
  for (const token of [code, tokens.refresh]) expect(await statusOf(token)).toBe(401);
  for (const secret of [code, tokens.access, tokens.refresh])
    expect(
      (await client.token({ grant_type: DEVICE_GRANT, client_id: clientId, device_code: secret })).body['error'],
    ).toBe('invalid_grant');
});

test.each(['password', 'client_credentials', 'implicit', '', 'urn:ietf:params:oauth:grant-type:jwt-bearer'])(
  'the grant %j is not offered',
  async (grantType) => {
    const answer = await client.token({ grant_type: grantType, client_id: clientId, username: 'anna', password: 'x' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
  },
);

test('a code is no good for another client, nor later than a minute', async () => {
  const other = await client.registered({ client_name: 'Other App' });
  const code = codeIn(await decide(await consent()));
  expect((await exchange(code, { client_id: other })).body['error']).toBe('invalid_grant');
  homeserver.clock.advance(60_000);
  expect((await exchange(code)).body['error']).toBe('invalid_grant');
});

test.each(['locked', 'deactivated'])('a code of an account that is %s meanwhile opens nothing', async (end) => {
  const { accounts } = homeserver.server;
  const own = await homeserver.register(`own${count}`);
  const userId = parseUserId(own.userId) ?? expect.fail('no user id');
  const page = await browser.get(client.authorizePath(clientId, deviceId));
  const code = codeIn(await decide(await browser.logIn(page, `own${count}`, passwordOf(`own${count}`))));
  await (end === 'locked' ? accounts.setLocked(userId, true) : accounts.deactivate(userId));
  expect((await exchange(code)).body['error']).toBe('invalid_grant');
  expect((await browser.get(client.authorizePath(clientId, deviceId))).text).toContain('name="password"');
});

test('a code that is shown again ends what it opened', async () => {
  const code = codeIn(await decide(await consent()));
  const { body } = await exchange(code);
  const accessToken = String(body['access_token']);
  expect(await statusOf(accessToken)).toBe(200);
  expect((await exchange(code)).body['error']).toBe('invalid_grant');
  expect(await statusOf(accessToken)).toBe(401);
  expect((await refresh(String(body['refresh_token']))).body['error']).toBe('invalid_grant');
});

test('of many who use one code at the same moment at most one keeps a session', async () => {
  const code = codeIn(await decide(await consent()));
  const answers = await Promise.all(Array.from({ length: 20 }, async () => exchange(code)));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
});

test('refresh tokens rotate, a lost answer can be asked for again, and an old one ends the session', async () => {
  const first = await logIn();
  const second = await refresh(first.refresh);
  expect(second).toMatchObject({ status: 200, body: { scope: scopeOf(deviceId), expires_in: 300 } });
  expect((await refresh(first.refresh)).body['access_token']).toBe(second.body['access_token']);
  const accessToken = String(second.body['access_token']);
  expect(await statusOf(accessToken)).toBe(200);
  expect(await statusOf(first.access)).toBe(401);
  expect((await refresh(first.refresh)).body['error']).toBe('invalid_grant');
  expect(await statusOf(accessToken)).toBe(401);
});

test('who asks for tokens too often is asked to come back, and keeps the session', async () => {
  const limited = await startHomeserver({ features: { rateLimits: true } });
  await limited.register('anna');
  const own = new OAuthTestClient(limited.baseUrl);
  const ownId = await own.registered();
  const visitor = new PageBrowser(limited.baseUrl);
  const page = await visitor.logIn(await visitor.get(own.authorizePath(ownId, 'PHONE')), 'anna', passwordOf('anna'));
  const { refresh_token: refreshToken } = await own.tokensAfter(visitor, page, ownId);
  const renew = async () =>
    own.token({ grant_type: 'refresh_token', client_id: ownId, refresh_token: String(refreshToken) });
  for (let asked = 0; asked < rateLimits.keys.burst; asked += 1) await own.token({ grant_type: 'nothing' });
  const refused = await renew();
  expect(refused).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  limited.clock.advance(1_000);
  expect((await renew()).status).toBe(200);
  await limited.stop();
});

test("a client cannot renew another's session, nor one that was not opened by OAuth", async () => {
  const other = await client.registered({ client_name: 'Other App' });
  const tokens = await logIn();
  expect((await refresh(tokens.refresh, { client_id: other })).body['error']).toBe('invalid_grant');
  expect(await statusOf(tokens.access)).toBe(200);
  expect((await refresh(tokens.refresh)).status).toBe(200);
  const legacy = await homeserver.anonymous.post<{ refresh_token: string }>('/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: 'anna' },
    password: passwordOf('anna'),
    refresh_token: true,
  });
  expect((await refresh(legacy.refresh_token)).body['error']).toBe('invalid_grant');
});

test.each(['access', 'refresh'] as const)('revoking by the %s token ends the session and its device', async (kind) => {
  const tokens = await logIn();
  expect((await client.form('revoke', { token: tokens[kind], client_id: clientId })).status).toBe(200);
  expect(await statusOf(tokens.access)).toBe(401);
  expect((await refresh(tokens.refresh)).body['error']).toBe('invalid_grant');
  expect((await homeserver.as(anna).try('GET', `/devices/${deviceId}`)).status).toBe(404);
  expect((await client.form('revoke', { token: tokens[kind] })).status).toBe(200);
});

test('a device that is signed out has no OAuth session any more', async () => {
  const tokens = await logIn();
  const auth = { type: 'm.login.password', user: 'anna', password: passwordOf('anna') };
  await homeserver.as(anna).delete(`/devices/${deviceId}`, { auth });
  expect((await refresh(tokens.refresh)).body['error']).toBe('invalid_grant');
  const left = await homeserver.database.database.reader.query(
    sql`select 1 from session join oauth_session using (session_id) where device_id = ${deviceId}`,
  );
  expect(left).toEqual([]);
});

test('codes and tokens are in no table', async () => {
  const code = codeIn(await decide(await consent()));
  const { body } = await exchange(code);
  const rows = await homeserver.database.database.reader.query(
    sql`select (select json_agg(c) from oauth_code c) as codes, (select json_agg(s) from session s) as sessions,
      (select json_agg(s) from oauth_session s) as oauth, (select json_agg(b) from browser_session b) as browsers`,
  );
  const stored = JSON.stringify(rows);
  for (const secret of [code, body['access_token'], body['refresh_token'], browser.cookie?.split('=')[1]])
    expect(stored).not.toContain(secret);
});

test.each([
  ['no PKCE', { code_challenge: '' }, 'invalid_request'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a token at once', { response_type: 'token' }, 'unsupported_response_type'],
  ['no device', { scope: 'urn:matrix:client:api:*' }, 'invalid_scope'],
  ['two devices', { scope: `${scopeOf('A')} urn:matrix:client:device:B` }, 'invalid_scope'],
  ['no access', { scope: 'urn:matrix:client:device:A' }, 'invalid_scope'],
  ['no page', { prompt: 'none' }, 'interaction_required'],
  ['another mode', { response_mode: 'form_post' }, 'invalid_request'],
])('a request with %s is refused to the client', async (_name, more, error) => {
  const answer = await browser.get(client.authorizePath(clientId, deviceId, more));
  expect(answer.status).toBe(303);
  const target = new URL(answer.headers.get('location') ?? 'none:');
  expect([`${target.origin}${target.pathname}`, target.searchParams.get('error')]).toEqual([REDIRECT_URI, error]);
});

test.each([
  ['an unknown client', { client_id: 'nobody' }],
  ['no address', { redirect_uri: '' }],
  ['another address', { redirect_uri: 'https://evil.example/' }],
  ['an address that only begins alike', { redirect_uri: `${REDIRECT_URI}/../evil` }],
])('a request with %s goes nowhere', async (_name, more) => {
  const answer = await browser.get(client.authorizePath(clientId, deviceId, more));
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});

test.each(['client_id', 'redirect_uri', 'state', 'scope', 'code_challenge'])(
  'a request that says %s twice goes nowhere',
  async (name) => {
    const again = new URLSearchParams({ [name]: 'https://evil.example/' }).toString();
    const answer = await browser.get(`${client.authorizePath(clientId, deviceId)}&${again}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.text).not.toContain('evil.example');
  },
);

test('a wrong password, and an account that nobody has, are answered alike', async () => {
  const page = await browser.get(client.authorizePath(clientId, deviceId));
  const wrong = await browser.logIn(page, 'anna', 'wrong');
  const nobody = await browser.logIn(page, 'nobody', 'wrong');
  expect([wrong.status, nobody.status]).toEqual([403, 403]);
  expect(wrong.text).toContain('role="alert"');
  expect(wrong.text.replaceAll('anna', '')).toBe(nobody.text.replaceAll('nobody', ''));
});

test('a form from elsewhere does nothing', async () => {
  const page = await consent();
  const { action, fields } = formOf(page, AUTHORIZE);
  const form = { ...fields, decision: 'allow' };
  const forged = [
    await browser.post(action, { ...form, csrf: 'made up' }),
    await browser.post(action, form, { origin: 'https://evil.example' }),
    await browser.post(action, form, { origin: 'null' }),
    await browser.post(action, form, { 'sec-fetch-site': 'cross-site' }),
    await new PageBrowser(homeserver.baseUrl).post(action, form),
  ];
  expect(forged.map(({ status, headers }) => [status, headers.get('location')])).toEqual(forged.map(() => [403, null]));
});

test('a page cannot be framed, runs nothing, and no other origin reads it', async () => {
  const { headers } = await consent();
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self' https://app.example.org; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('what an application calls itself is text and nothing else', async () => {
  const evil = await client.registered({ client_name: '<script>alert(1)</script>"\'' });
  const page = await browser.logIn(await browser.get(client.authorizePath(evil, deviceId)), 'anna', passwordOf('anna'));
  expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;');
  expect(page.text).not.toContain('<script');
});
