import { PageBrowser, passwordOf, startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { createClient, type MatrixClient } from 'matrix-js-sdk';
import { OAuth2 } from 'matrix-js-sdk/lib/oauth/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** matrix-js-sdk as Element Web uses it: it registers, leads to our pages, and renews its tokens by itself. */
const REDIRECT_URI = 'https://app.example.org/?no_universal_links=true';
const LIFETIME_MS = 5 * 60 * 1000;

let homeserver: TestHomeserver;
let client: MatrixClient;
let oauth: OAuth2;

beforeAll(async () => {
  homeserver = await startHomeserver();
  await homeserver.register('anna');
  const metadata = await createClient({ baseUrl: homeserver.baseUrl }).getAuthMetadata();
  const clientId = await OAuth2.registerClient(metadata, {
    client_name: 'Element',
    client_uri: 'https://app.example.org/',
    redirect_uris: [REDIRECT_URI],
    application_type: 'web',
    logo_uri: 'https://app.example.org/vector-icons/1024.png',
    tos_uri: 'https://elsewhere.example/terms',
  });
  oauth = new OAuth2(metadata, { clientId, deviceId: 'BROWSER' });
});
afterAll(async () => homeserver.stop());

test('a person logs in on our page and comes back to the application', async () => {
  const browser = new PageBrowser(homeserver.baseUrl);
  const url = await oauth.generateAuthorizationCodeGrantUrl('the state', REDIRECT_URI);
  const page = await browser.logIn(await browser.get(url), 'anna', passwordOf('anna'));
  const answer = await browser.submit(page, '/_stafette/oauth/authorize', { decision: 'allow' });
  const location = answer.headers.get('location') ?? '';
  expect(location.startsWith(`${REDIRECT_URI}#`)).toBe(true);
  const callback = new URLSearchParams(new URL(location).hash.slice(1));
  expect(callback.get('state')).toBe('the state');
  const tokens = await oauth.completeAuthorizationCodeGrant(callback.get('code') ?? '', REDIRECT_URI);
  client = createClient({
    baseUrl: homeserver.baseUrl,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? '',
    userId: '@anna:test.example',
    deviceId: 'BROWSER',
    oauthClientId: oauth.context.clientId,
    onTokenRefresh: () => undefined,
  });
  expect(await client.whoami()).toMatchObject({ user_id: '@anna:test.example', device_id: 'BROWSER' });
});

test('tokens that have run out are renewed on the way, for all requests at once', async () => {
  const before = client.getAccessToken();
  homeserver.clock.advance(LIFETIME_MS);
  const answers = await Promise.all(Array.from({ length: 5 }, async () => client.whoami()));
  expect(answers.map(({ device_id: deviceId }) => deviceId)).toEqual(Array.from({ length: 5 }, () => 'BROWSER'));
  expect(client.getAccessToken()).not.toBe(before);
});

test('an application that logs out ends its session', async () => {
  const [accessToken, refreshToken] = [client.getAccessToken() ?? '', client.getRefreshToken() ?? ''];
  await client.logout(true);
  expect((await homeserver.as({ accessToken }).try('GET', '/account/whoami')).status).toBe(401);
  await expect(oauth.performRefreshTokenGrant(refreshToken)).rejects.toMatchObject({ httpStatus: 400 });
});
