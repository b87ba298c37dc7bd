import {
  DEVICE_GRANT,
  PageBrowser,
  passwordOf,
  REDIRECT_URI,
  startHomeserver,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { begin, decide, discover, finish, logIn, register } from './oauth-person.ts';

/** openid-client, which is certified by the OpenID Foundation, against this server: each step is the library's own. */
let homeserver: TestHomeserver;
let anna: TestUser;
let client: oauth.Configuration;
let browser: PageBrowser;
let deviceId: string;
let scope: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
  client = await register(homeserver);
});
afterAll(async () => homeserver.stop());
beforeEach(() => {
  browser = new PageBrowser(homeserver.baseUrl);
  count += 1;
  deviceId = `DEVICE${count}`;
  scope = `urn:matrix:client:api:* urn:matrix:client:device:${deviceId}`;
});

const whoAmI = async (accessToken: string) => homeserver.as({ accessToken }).try('GET', '/account/whoami');
const statusOf = async (accessToken: string): Promise<number> => (await whoAmI(accessToken)).status;

async function logInWith(
  configuration: oauth.Configuration,
  more: Readonly<Record<string, string>> = {},
): Promise<oauth.TokenEndpointResponse> {
  const attempt = await begin(configuration, scope, more);
  return finish(configuration, await decide(browser, await logIn(browser, attempt.url, 'anna')), attempt);
}

/** A refusal in the words of the standard. */
const refusal = (error: string) => expect.objectContaining({ error });

test('discovery finds what Matrix says at its own address', async () => {
  const { client_id: clientId } = client.clientMetadata();
  const found = (await discover(homeserver, clientId)).serverMetadata();
  const stated = await homeserver.anonymous.get('/_matrix/client/v1/auth_metadata');
  expect({ ...found, supportsPKCE: undefined }).toEqual(stated);
  expect(found.supportsPKCE()).toBe(true);
});

test('a client that knows the metadata from Matrix alone logs in', async () => {
  const metadata = await homeserver.anonymous.get<oauth.ServerMetadata>('/_matrix/client/v1/auth_metadata');
  const { client_id: clientId } = client.clientMetadata();
  const own = new oauth.Configuration(metadata, clientId, undefined, oauth.None());
  oauth.allowInsecureRequests(own);
  const tokens = await logInWith(own);
  const url = new URL(`${homeserver.baseUrl}/_matrix/client/v3/account/whoami`);
  const answer = await oauth.fetchProtectedResource(own, tokens.access_token, url, 'GET');
  expect(await answer.json()).toEqual({ user_id: anna.userId, device_id: deviceId, is_guest: false });
});

test.each(['query', 'fragment'])('an answer in the %s is taken, with its state and its issuer', async (mode) => {
  const attempt = await begin(client, scope, { response_mode: mode });
  const callback = await decide(browser, await logIn(browser, attempt.url, 'anna'));
  expect(callback[mode === 'query' ? 'hash' : 'search']).toBe('');
  const tokens = await finish(client, callback, attempt);
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 300, scope });
  expect(await whoAmI(tokens.access_token)).toMatchObject({ status: 200, body: { device_id: deviceId } });
});

test.each(['urn:matrix:client', 'urn:matrix:org.matrix.msc2967.client'])('scopes of %s are granted', async (prefix) => {
  scope = `openid ${prefix}:api:* ${prefix}:device:${deviceId}`;
  expect((await logInWith(client)).scope).toBe(`${prefix}:api:* ${prefix}:device:${deviceId}`);
});

test('an answer from another server, of another attempt or without an issuer is not taken', async () => {
  const attempt = await begin(client, scope);
  const callback = await decide(browser, await logIn(browser, attempt.url, 'anna'));
  const changed = (name: string, value: string): URL => {
    const url = new URL(callback);
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    return url;
  };
  for (const url of [changed('iss', 'https://evil.example/'), changed('iss', ''), changed('state', 'another')])
    await expect(finish(client, url, attempt)).rejects.toThrow(oauth.ClientError);
  expect((await finish(client, callback, attempt)).scope).toBe(scope);
});

test('who does not allow it is heard', async () => {
  const attempt = await begin(client, scope);
  const callback = await decide(browser, await logIn(browser, attempt.url, 'anna'), 'deny');
  await expect(finish(client, callback, attempt)).rejects.toThrow(oauth.AuthorizationResponseError);
  expect(callback.searchParams.get('error')).toBe('access_denied');
});

test('refresh tokens rotate, and one that was used before ends the session', async () => {
  const first = await logInWith(client);
  const second = await oauth.refreshTokenGrant(client, first.refresh_token ?? '');
  expect(second).toMatchObject({ scope, expires_in: 300 });
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const third = await oauth.refreshTokenGrant(client, second.refresh_token ?? '');
  expect([await statusOf(second.access_token), await statusOf(third.access_token)]).toEqual([401, 200]);
  await expect(oauth.refreshTokenGrant(client, first.refresh_token ?? '')).rejects.toEqual(refusal('invalid_grant'));
  expect(await statusOf(third.access_token)).toBe(401);
  await expect(oauth.refreshTokenGrant(client, third.refresh_token ?? '')).rejects.toEqual(refusal('invalid_grant'));
});

test.each(['access_token', 'refresh_token'] as const)('revoking the %s ends the session', async (kind) => {
  const tokens = await logInWith(client);
  await oauth.tokenRevocation(client, tokens[kind] ?? '', { token_type_hint: kind });
  expect(await statusOf(tokens.access_token)).toBe(401);
  await expect(oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toEqual(refusal('invalid_grant'));
  await oauth.tokenRevocation(client, tokens[kind] ?? '');
});

test('a person who comes to make an account makes one and is asked whether the application may log in', async () => {
  const attempt = await begin(client, scope, { prompt: 'create' });
  const form = await browser.get(attempt.url.href);
  expect(form.text).toContain('Create an account');
  const page = await browser.submit(form, '/_stafette/account/sign-up', {
    name: 'bernd',
    password: passwordOf('bernd'),
  });
  const tokens = await finish(client, await decide(browser, page), attempt);
  expect((await whoAmI(tokens.access_token)).body).toMatchObject({ user_id: '@bernd:test.example' });
});

test.each([
  ['anna', 'anna'],
  ['mxid:@anna:test.example', '@anna:test.example'],
  ['"><script>', '&quot;&gt;&lt;script&gt;'],
])('the hint %j is in the form as %j', async (hint, shown) => {
  const { url } = await begin(client, scope, { login_hint: hint });
  const form = await browser.get(url.href);
  expect(form.text).toContain(`value="${shown}"`);
  expect((await browser.logIn(form, 'anna', passwordOf('anna'))).text).toContain('Sample App');
});

describe('addresses that an application may be reached at', () => {
  test.each([
    ['web', ['https://app.example.org/callback'], 'https://app.example.org/callback'],
    ['native', ['org.example.app:/callback'], 'org.example.app:/callback'],
    ['native', ['http://127.0.0.1/callback'], 'http://127.0.0.1:49152/callback'],
    ['native', ['http://[::1]/callback'], 'http://[::1]:50000/callback'],
    ['native', ['http://localhost/callback'], 'http://localhost:1/callback'],
    ['native', ['http://localhost:3001/login'], 'http://localhost:3001/login'],
  ])('a %s application that registered %j gets its answer at %s', async (type, registered, asked) => {
    const own = await register(homeserver, { application_type: type, redirect_uris: registered });
    const attempt = await begin(own, scope, { redirect_uri: asked });
    const callback = await decide(browser, await logIn(browser, attempt.url, 'anna'));
    expect(callback.href.startsWith(`${asked}?`)).toBe(true);
    expect((await finish(own, callback, attempt)).scope).toBe(scope);
  });

  test.each([
    ['web', 'org.example.app:/callback'],
    ['web', 'http://127.0.0.1/callback'],
    ['native', 'org.example.evil:/callback'],
    ['native', 'javascript:alert(1)'],
    ['native', 'http://192.168.0.1/callback'],
  ])('a %s application cannot register %s', async (type, uri) => {
    const registration = register(homeserver, { application_type: type, redirect_uris: [uri] });
    await expect(registration).rejects.toEqual(refusal('invalid_redirect_uri'));
  });
});

describe('a device without a browser', () => {
  const LINK = '/_stafette/link';
  const INTERVAL_MS = 5_000;

  const start = async () => oauth.initiateDeviceAuthorization(client, { scope });
  const question = async (url: string | undefined) => logIn(browser, new URL(url ?? ''), 'anna');
  const poll = async (deviceCode: string) =>
    oauth.genericGrantRequest(client, DEVICE_GRANT, { device_code: deviceCode });

  test('is told to wait, and then has its tokens', async () => {
    const codes = await start();
    expect(codes).toMatchObject({ verification_uri: `${homeserver.baseUrl}${LINK}`, interval: 5, expires_in: 900 });
    const page = await question(codes.verification_uri_complete);
    const answers: unknown[] = [];
    const own = await discover(homeserver, client.clientMetadata().client_id);
    own[oauth.customFetch] = async (url, request) => {
      // The person decides while the library asks for the second time; the server's clock moves as the library believes.
      homeserver.clock.advance(INTERVAL_MS);
      if (answers.length === 1) await browser.submit(page, LINK, { decision: 'allow', began_it: 'yes' });
      const response = await fetch(url, request as RequestInit);
      answers.push(await response.clone().json());
      return response;
    };
    const tokens = await oauth.pollDeviceAuthorizationGrant(own, { ...codes, interval: 0 });
    expect(answers).toEqual([refusal('authorization_pending'), expect.objectContaining({ scope })]);
    expect((await whoAmI(tokens.access_token)).body).toMatchObject({ user_id: anna.userId, device_id: deviceId });
    expect((await oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).scope).toBe(scope);
  });

  test('is slowed down when it asks too often', async () => {
    const { device_code: code } = await start();
    await expect(poll(code)).rejects.toEqual(refusal('authorization_pending'));
    await expect(poll(code)).rejects.toEqual(refusal('slow_down'));
    homeserver.clock.advance(2 * INTERVAL_MS);
    await expect(poll(code)).rejects.toEqual(refusal('authorization_pending'));
  });

  test('is told of a denial', async () => {
    const codes = await start();
    await browser.submit(await question(codes.verification_uri_complete), LINK, { decision: 'deny' });
    const polling = oauth.pollDeviceAuthorizationGrant(client, { ...codes, interval: 0 });
    await expect(polling).rejects.toEqual(refusal('access_denied'));
  });

  test('is told when it took too long', async () => {
    const codes = await start();
    homeserver.clock.advance(codes.expires_in * 1000);
    await expect(poll(codes.device_code)).rejects.toEqual(refusal('expired_token'));
    expect((await question(codes.verification_uri_complete)).status).toBe(404);
  });
});

test('the redirect is never to an address that was not registered', async () => {
  const { url } = await begin(client, scope, { redirect_uri: 'https://evil.example/callback' });
  const answer = await browser.get(url.href);
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  expect(client.clientMetadata()['redirect_uris']).toEqual([REDIRECT_URI]);
});
