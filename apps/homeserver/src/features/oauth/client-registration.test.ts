import { OAuthTestClient, PageBrowser, passwordOf, startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClientMetadata } from './client-metadata.ts';
import { Clients } from './clients.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let homeserver: TestHomeserver;
let client: OAuthTestClient;

beforeAll(async () => {
  homeserver = await startHomeserver();
  client = new OAuthTestClient(homeserver.baseUrl);
});
afterAll(async () => homeserver.stop());

test('the metadata is as the specification says, at all its addresses', async () => {
  const paths = [
    '/_matrix/client/v1/auth_metadata',
    '/_matrix/client/unstable/org.matrix.msc2965/auth_metadata',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ];
  const [first, ...others] = await Promise.all(paths.map(async (path) => homeserver.anonymous.get(path)));
  expect(first).toMatchObject({
    issuer: `${homeserver.baseUrl}/`,
    code_challenge_methods_supported: ['S256'],
    response_modes_supported: ['query', 'fragment'],
  });
  for (const other of others) expect(other).toEqual(first);
});

test('the same metadata is the same client, and what is not known is left out', async () => {
  const first = await client.register({ 'client_name#fr': 'Une application', grant_types: ['refresh_token', 'magic'] });
  const second = await client.register({ grant_types: ['magic', 'refresh_token'] });
  expect([first.status, first.body['grant_types']]).toEqual([201, ['refresh_token']]);
  expect(second.body).toEqual(first.body);
  expect((await client.register({ client_name: 'Another' })).body['client_id']).not.toBe(first.body['client_id']);
});

test.each([
  ['invalid_redirect_uri', { redirect_uris: ['https://evil.example/callback'] }],
  ['invalid_redirect_uri', { redirect_uris: ['https://app.example.org/callback', 'http://app.example.org/'] }],
  ['invalid_redirect_uri', { redirect_uris: [] }],
  ['invalid_redirect_uri', { redirect_uris: ['http://localhost/'] }],
  ['invalid_client_metadata', { client_uri: 'http://app.example.org/' }],
  ['invalid_client_metadata', { logo_uri: 'https://evil.example/logo.png' }],
  ['invalid_client_metadata', { token_endpoint_auth_method: 'client_secret_basic' }],
  ['invalid_client_metadata', { application_type: 'other' }],
  ['invalid_client_metadata', { client_name: 'Sample\u202eppA' }],
  ['invalid_client_metadata', { client_name: ' ' }],
  ...['javascript:alert(1)', 'data:text/html,x', 'https://127.0.0.1/', 'https://[::1]/', 'https://localhost/'].flatMap(
    (uri): [string, object][] => [
      ['invalid_client_metadata', { client_uri: uri }],
      ['invalid_client_metadata', { logo_uri: uri }],
      ['invalid_client_metadata', { policy_uri: uri }],
      ['invalid_client_metadata', { tos_uri: uri }],
      ['invalid_redirect_uri', { redirect_uris: [uri] }],
      ['invalid_redirect_uri', { redirect_uris: [uri], application_type: 'native' }],
    ],
  ),
  ['invalid_client_metadata', { tos_uri: 'https://app.example.org.evil.example/' }],
  ['invalid_client_metadata', { policy_uri: 'https://app.example.org@evil.example/' }],
  ['invalid_request', { client_name: 'x'.repeat(129) }],
  ['invalid_request', { client_uri: `https://app.example.org/${'x'.repeat(2048)}` }],
  ['invalid_request', { redirect_uris: Array.from({ length: 11 }, (_, index) => `https://app.example.org/${index}`) }],
  ['invalid_request', { redirect_uris: 'https://app.example.org/callback' }],
  ['invalid_request', { redirect_uris: [{ toString: 'https://app.example.org/callback' }] }],
  ['invalid_request', { grant_types: Array.from({ length: 21 }, () => 'magic') }],
  ['invalid_request', { client_uri: 5 }],
  ['invalid_request', { redirect_uris: Array.from({ length: 11 }, (_, index) => `https://app.example.org/${index}`) }],
])('%s is the answer to %j', async (error, metadata) => {
  expect(await client.register(metadata)).toMatchObject({ status: 400, body: { error } });
});

test('registrations that nobody logged in with are forgotten after a day, by the next one', async () => {
  const { clock } = homeserver;
  const { database } = homeserver.database;
  const clients = new Clients({ database, clock });
  const clientId = await client.registered({ client_name: 'Never used' });
  clock.advance(DAY_MS);
  await client.register();
  expect(await clients.find(clientId)).toBeDefined();
  clock.advance(1);
  await client.register();
  expect(await clients.find(clientId)).toBeUndefined();
});

test('of registrations that nobody logged in with the newest stay, and those in use', async () => {
  const { clock } = homeserver;
  const { database } = homeserver.database;
  await homeserver.register('anna');
  const browser = new PageBrowser(homeserver.baseUrl);
  const used = await client.registered({ client_name: 'Used' });
  const page = await browser.logIn(await browser.get(client.authorizePath(used, 'DEVICE')), 'anna', passwordOf('anna'));
  expect(await client.tokensAfter(browser, page, used)).toMatchObject({ token_type: 'Bearer' });
  const few = new Clients({ database, clock }, 2);
  const ids: string[] = [];
  for (const name of ['First', 'Second', 'Third']) {
    clock.advance(1);
    ids.push(
      (
        await few.register(
          readClientMetadata({ client_uri: 'https://app.example.org/', grant_types: [], client_name: name }),
        )
      ).clientId,
    );
  }
  const isKnown = async (id: string): Promise<boolean> => (await few.find(id)) !== undefined;
  expect(await Promise.all([used, ...ids].map(isKnown))).toEqual([true, false, true, true]);
});

test('a registration of more than 32 KiB is not read', async () => {
  const { status, body } = await client.register({ more: 'x'.repeat(32 * 1024) });
  expect([status, body['error']]).toEqual([413, 'invalid_request']);
});

test.each(['token', 'device', 'revoke'])('%s takes nothing that is said twice', async (endpoint) => {
  const response = await fetch(`${homeserver.baseUrl}/_stafette/oauth/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token&client_id=a&client_id=b',
  });
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
});

test.each(['register', 'token', 'device', 'revoke'])(
  '%s answers applications on the web, also with errors',
  async (endpoint) => {
    const url = `${homeserver.baseUrl}/_stafette/oauth/${endpoint}`;
    const origin = { origin: 'https://app.example.org' };
    const asked = await fetch(url, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    const refused = await fetch(url, { method: 'POST', headers: origin, body: '{}' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    for (const { headers } of [asked, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  },
);
