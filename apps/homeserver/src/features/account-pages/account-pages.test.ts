import { generateKeyPairSync } from 'node:crypto';
import {
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  type SeenPage,
  startHomeserver,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { parseUserId } from '@stafette/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const ACCOUNT = '/_stafette/account';
function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, got ${typeof value}`);
  return value;
}

/** A new master key of the user. */
function masterKey(): object {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const key = Buffer.from(x, 'base64url').toString('base64').replaceAll('=', '');
  return { master_key: { user_id: user.userId, usage: ['master'], keys: { [`ed25519:${key}`]: key } } };
}

let homeserver: TestHomeserver;
let client: OAuthTestClient;
let clientId: string;
let name: string;
let user: TestUser;
let browser: PageBrowser;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  client = new OAuthTestClient(homeserver.baseUrl);
  clientId = await client.registered();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  name = `user${count}`;
  user = await homeserver.register(name);
  browser = new PageBrowser(homeserver.baseUrl);
});

const visit = async (action: string, more = ''): Promise<SeenPage> =>
  browser.logIn(await browser.get(`${ACCOUNT}?action=org.matrix.${action}${more}`), name, passwordOf(name));
const statusOf = async (accessToken: string): Promise<number> =>
  (await homeserver.as({ accessToken }).try('GET', '/account/whoami')).status;
async function tokensFor(deviceId: string): Promise<Readonly<Record<string, unknown>>> {
  const page = await browser.logIn(await browser.get(client.authorizePath(clientId, deviceId)), name, passwordOf(name));
  return client.tokensAfter(browser, page, clientId);
}
const logInByOAuth = async (deviceId: string): Promise<string> => String((await tokensFor(deviceId))['access_token']);
const titleOf = ({ text }: SeenPage): string | undefined => /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
const userId = () => {
  const parsed = parseUserId(user.userId);
  if (parsed === undefined) throw new Error(`${user.userId} is no user id`);
  return parsed;
};

test('each action that clients are told of leads to a page of its own, after the log-in', async () => {
  await logInByOAuth('PHONE');
  const metadata = await homeserver.anonymous.get('/_matrix/client/v1/auth_metadata');
  const actions = metadata['account_management_actions_supported'] as string[];
  const titles = new Set<string | undefined>();
  for (const action of actions) {
    const own = new PageBrowser(homeserver.baseUrl);
    const link = `${textOf(metadata['account_management_uri'])}?action=${action}&device_id=PHONE`;
    const page = await own.logIn(await own.get(link), name, passwordOf(name));
    expect(page.status).toBe(200);
    titles.add(titleOf(page));
  }
  expect(actions.length).toBeGreaterThanOrEqual(6);
  expect(titles.size).toBe(actions.length);
  expect(titles).not.toContain(titleOf(await browser.get(ACCOUNT)));
});

test.each([
  ['profile', 'profile'],
  ['sessions_list', 'devices_list'],
  ['org.matrix.sessions_list', 'devices_list'],
  ['session_view', 'device_view'],
  ['org.matrix.session_view', 'device_view'],
  ['session_end', 'device_delete'],
  ['org.matrix.session_end', 'device_delete'],
])('links from before the specification still lead there: %s', async (before, now) => {
  await logInByOAuth('PHONE');
  const [old, page] = [
    `${ACCOUNT}?action=${before}&device_id=PHONE`,
    `${ACCOUNT}?action=org.matrix.${now}&device_id=PHONE`,
  ];
  expect(titleOf(await browser.get(old))).toBe(titleOf(await browser.get(page)));
});

test.each(['', 'org.matrix.unknown', '__proto__', 'constructor'])(
  'the action %j leads to the overview',
  async (action) => {
    await logInByOAuth('PHONE');
    expect(titleOf(await browser.get(`${ACCOUNT}?action=${action}`))).toBe('Your account');
  },
);

test('a link alone ends nothing, and none leads to the devices of others', async () => {
  const accessToken = await logInByOAuth('PHONE');
  const other = await homeserver.register(`other${count}`);
  for (const action of ['device_delete', 'account_deactivate', 'device_view'])
    expect((await browser.get(`${ACCOUNT}?action=org.matrix.${action}&device_id=PHONE`)).status).toBe(200);
  for (const action of ['device_delete', 'device_view'])
    expect((await browser.get(`${ACCOUNT}?action=org.matrix.${action}&device_id=${other.deviceId}`)).status).toBe(404);
  expect([await statusOf(accessToken), await statusOf(other.accessToken)]).toEqual([200, 200]);
});

test('a session that is ended here is not renewed', async () => {
  const { access_token: accessToken, refresh_token: refreshToken } = await tokensFor('PHONE');
  const page = await browser.get(`${ACCOUNT}?action=org.matrix.device_delete&device_id=PHONE`);
  expect((await browser.submit(page, `${ACCOUNT}?`, { password: passwordOf(name) })).text).toContain(
    'The device is logged out.',
  );
  expect(await statusOf(String(accessToken))).toBe(401);
  const renewal = { grant_type: 'refresh_token', client_id: clientId, refresh_token: String(refreshToken) };
  expect((await client.token(renewal)).body['error']).toBe('invalid_grant');
});

test('one sees where one is logged in, and logs a device out with the password', async () => {
  const accessToken = await logInByOAuth('PHONE');
  const list = await browser.get(`${ACCOUNT}?action=org.matrix.devices_list`);
  expect(list.text).toContain('Sample App');
  expect((await browser.get(`${ACCOUNT}?action=org.matrix.device_view&device_id=PHONE`)).text).toContain('Application');
  const page = await browser.get(`${ACCOUNT}?action=org.matrix.device_delete&device_id=PHONE`);
  expect((await browser.submit(page, `${ACCOUNT}?`, { password: 'wrong' })).status).toBe(403);
  expect(await statusOf(accessToken)).toBe(200);
  expect((await browser.submit(page, `${ACCOUNT}?`, { password: passwordOf(name) })).status).toBe(200);
  expect(await statusOf(accessToken)).toBe(401);
  expect((await browser.get(`${ACCOUNT}?action=session_end&device_id=PHONE`)).status).toBe(404);
});

test('one changes the name that others see', async () => {
  const page = await visit('profile');
  expect((await browser.submit(page, `${ACCOUNT}?`, { display_name: 'Anna <b>' })).text).toContain('Anna &lt;b&gt;');
  expect(await homeserver.as(user).get(`/profile/${user.userId}/displayname`)).toEqual({ displayname: 'Anna <b>' });
});

test('an account ends with the password alone, and the pages with it', async () => {
  const page = await visit('account_deactivate');
  expect((await browser.submit(page, `${ACCOUNT}?`, { password: 'wrong' })).status).toBe(403);
  expect(await statusOf(user.accessToken)).toBe(200);
  await browser.submit(page, `${ACCOUNT}?`, { password: passwordOf(name) });
  expect(await statusOf(user.accessToken)).toBe(401);
  expect((await browser.get(ACCOUNT)).text).toContain('name="password"');
});

test('the last administrator is told why the account stays', async () => {
  name = `admin${count}`;
  const admin = await homeserver.registerAdministrator(name);
  const page = await browser.submit(await visit('account_deactivate'), `${ACCOUNT}?`, { password: passwordOf(name) });
  expect([page.status, page.text.includes('Yours is the only account of an administrator.')]).toEqual([403, true]);
  expect(await statusOf(admin.accessToken)).toBe(200);
});

test('a reset of cross-signing is allowed on the page that the answer names, for that request alone', async () => {
  const accessToken = await logInByOAuth('PHONE');
  const session = homeserver.as({ accessToken });
  const replace = async (auth?: object) =>
    session.try('POST', '/keys/device_signing/upload', { ...masterKey(), ...(auth === undefined ? {} : { auth }) });
  expect((await replace()).status).toBe(200);
  const asked = await replace();
  expect(asked).toMatchObject({
    status: 401,
    body: { flows: [{ stages: ['m.oauth'] }, { stages: ['org.matrix.cross_signing_reset'] }] },
  });
  const auth = { session: textOf(asked.body['session']) };
  const { url } = (asked.body['params'] as Record<string, { url: string }>)['m.oauth'] ?? { url: '' };
  const withPassword = { ...auth, type: 'm.login.password', user: name, password: passwordOf(name) };
  for (const early of [auth, withPassword]) expect((await replace(early)).status).toBe(401);
  await browser.submit(await browser.get(url), `${ACCOUNT}?`);
  expect((await replace(auth)).status).toBe(200);
  expect((await replace(auth)).status).toBe(401);
});

test("somebody else's reset cannot be allowed", async () => {
  const accessToken = await logInByOAuth('PHONE');
  const session = homeserver.as({ accessToken });
  await session.post('/keys/device_signing/upload', masterKey());
  const asked = await session.try('POST', '/keys/device_signing/upload', masterKey());
  await homeserver.register(`other${count}`);
  const other = new PageBrowser(homeserver.baseUrl);
  const path = `${ACCOUNT}?action=org.matrix.cross_signing_reset&session=${textOf(asked.body['session'])}`;
  const page = await other.logIn(await other.get(path), `other${count}`, passwordOf(`other${count}`));
  expect(page.text).toContain('No application is waiting for this.');
});

test('a locked account does not log in, and one that is locked meanwhile is not logged in any more', async () => {
  await visit('devices_list');
  await homeserver.server.accounts.setLocked(userId(), true);
  expect((await browser.get(ACCOUNT)).text).toContain('name="password"');
  expect((await visit('devices_list')).text).toContain('This account is locked');
});

test('a suspended account logs in, and changes nothing that others see', async () => {
  await homeserver.server.accounts.setSuspended(userId(), true);
  const page = await visit('profile');
  expect((await browser.submit(page, `${ACCOUNT}?`, { display_name: 'Other' })).status).toBe(403);
  browser = new PageBrowser(homeserver.baseUrl);
  expect(await statusOf(await logInByOAuth('PHONE'))).toBe(200);
});

test('a log-in on the pages ends after a quarter of an hour, and with another password', async () => {
  await visit('devices_list');
  expect((await browser.get(ACCOUNT)).text).not.toContain('name="password"');
  homeserver.clock.advance(15 * 60 * 1000);
  expect((await browser.get(ACCOUNT)).text).toContain('name="password"');
  await visit('devices_list');
  await homeserver.server.accounts.changePassword(userId(), 'another password');
  expect((await browser.get(ACCOUNT)).text).toContain('name="password"');
});

test('a log-in leads to pages of ours and nowhere else', async () => {
  const page = await browser.get(ACCOUNT);
  for (const target of ['https://evil.example/', '//evil.example/', '/\\evil.example/', '/_matrix/x', 'javascript:1'])
    expect(
      (await browser.submit(page, `${ACCOUNT}/login`, { name, password: passwordOf(name), continue: target })).status,
    ).toBe(400);
});

test('a page speaks the language that its reader likes best', async () => {
  const titleFor = async (languages: string): Promise<string | undefined> => {
    const response = await fetch(homeserver.baseUrl + ACCOUNT, { headers: { 'accept-language': languages } });
    return /<title>([^<]*)<\/title>/.exec(await response.text())?.[1];
  };
  expect(await Promise.all(['de-AT', 'fr;q=0.9, de;q=0.8', 'es', 'xx, en;q=0.1', ''].map(titleFor))).toEqual([
    'Anmelden',
    'Connexion',
    'Log in',
    'Log in',
    'Log in',
  ]);
});
