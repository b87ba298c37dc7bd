import {
  DEVICE_GRANT,
  formOf,
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  scopeOf,
  type SeenPage,
  startHomeserver,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const LINK = '/_stafette/link';
const INTERVAL_MS = 5_000;

let homeserver: TestHomeserver;
let client: OAuthTestClient;
let clientId: string;
let anna: TestUser;
let browser: PageBrowser;
let deviceId: string;
let codes: { readonly device: string; readonly user: string; readonly complete: string };
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  client = new OAuthTestClient(homeserver.baseUrl);
  clientId = await client.registered();
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  browser = new PageBrowser(homeserver.baseUrl);
  count += 1;
  deviceId = `DEVICE${count}`;
  const { body } = await client.form('device', { client_id: clientId, scope: scopeOf(deviceId) });
  codes = {
    device: String(body['device_code']),
    user: String(body['user_code']),
    complete: String(body['verification_uri_complete']),
  };
});

const poll = async (more: Readonly<Record<string, string>> = {}) => {
  homeserver.clock.advance(INTERVAL_MS);
  return client.token({ grant_type: DEVICE_GRANT, client_id: clientId, device_code: codes.device, ...more });
};
const question = async (): Promise<SeenPage> =>
  browser.logIn(await browser.get(codes.complete), 'anna', passwordOf('anna'));

test('a device learns where its code is to be typed', async () => {
  const answer = await client.form('device', { client_id: clientId, scope: scopeOf('ANOTHER') });
  expect(answer).toMatchObject({
    status: 200,
    body: { verification_uri: `${homeserver.baseUrl}${LINK}`, expires_in: 900, interval: 5 },
  });
});

test('a device is logged in by a person in another browser', async () => {
  expect(codes.user).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
  expect(await poll()).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
  const page = await question();
  expect(page.text).toContain(codes.user);
  expect(page.text).toContain('127.0.0.1');
  expect(page.text).toContain('Did somebody ask you to do this?');
  const done = await browser.submit(page, LINK, { decision: 'allow', began_it: 'yes' });
  expect(done.text).toContain('You can close this window.');
  const { status, body } = await poll();
  expect([status, body['scope']]).toEqual([200, scopeOf(deviceId)]);
  const session = homeserver.as({ accessToken: String(body['access_token']) });
  expect(await session.get('/account/whoami')).toMatchObject({ user_id: anna.userId, device_id: deviceId });
  expect((await poll()).body['error']).toBe('invalid_grant');
});

test('the code is typed as it comes, after the log-in', async () => {
  const form = await browser.logIn(await browser.get(LINK), 'anna', passwordOf('anna'));
  expect(form.text).toContain('name="user_code"');
  const typed = codes.user.toLowerCase().replace('-', ' ');
  const page = await browser.get(`${LINK}?user_code=${encodeURIComponent(typed)}`);
  expect(page.text).toContain('Sample App');
  expect((await browser.get(`${LINK}?user_code=BBBB-BBBB`)).status).toBe(404);
});

test('nothing of the device is told before the log-in', async () => {
  expect((await browser.get(codes.complete)).text).not.toContain('Sample App');
});

test('who does not say that they began it allows nothing', async () => {
  const answer = await browser.submit(await question(), LINK, { decision: 'allow' });
  expect(answer.status).toBe(400);
  expect((await poll()).body['error']).toBe('authorization_pending');
});

test('a form from elsewhere allows nothing', async () => {
  const { action, fields } = formOf(await question(), LINK);
  const forged = { ...fields, csrf: 'made up', decision: 'allow', began_it: 'yes' };
  expect((await browser.post(action, forged)).status).toBe(403);
  expect((await poll()).body['error']).toBe('authorization_pending');
});

test('a denied device is told so, and the decision stands', async () => {
  const page = await question();
  await browser.submit(page, LINK, { decision: 'deny' });
  expect((await browser.submit(page, LINK, { decision: 'allow', began_it: 'yes' })).status).toBe(404);
  expect((await poll()).body['error']).toBe('access_denied');
});

test('a device that asks too often is slowed down, and one that waits too long is done', async () => {
  await poll();
  const again = { grant_type: DEVICE_GRANT, client_id: clientId, device_code: codes.device };
  expect((await client.token(again)).body['error']).toBe('slow_down');
  homeserver.clock.advance(900_000);
  expect((await poll()).body['error']).toBe('expired_token');
});

test('another client, and a client without this grant, get nothing', async () => {
  const other = await client.registered({ client_name: 'Other App' });
  const without = await client.registered({ grant_types: ['authorization_code', 'refresh_token'] });
  await browser.submit(await question(), LINK, { decision: 'allow', began_it: 'yes' });
  expect((await poll({ client_id: other })).body['error']).toBe('invalid_grant');
  expect((await poll({ client_id: without })).body['error']).toBe('unauthorized_client');
  expect(await poll({ client_id: 'nobody' })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect((await client.form('device', { client_id: without, scope: scopeOf('A') })).body['error']).toBe(
    'unauthorized_client',
  );
  expect((await poll()).status).toBe(200);
});

test('of many who ask at the same moment one gets the session', async () => {
  await browser.submit(await question(), LINK, { decision: 'allow', began_it: 'yes' });
  homeserver.clock.advance(INTERVAL_MS);
  const request = { grant_type: DEVICE_GRANT, client_id: clientId, device_code: codes.device };
  const answers = await Promise.all(Array.from({ length: 10 }, async () => client.token(request)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('who tries codes is slowed down, from whatever address, and who knows one is not', async () => {
  const limited = await startHomeserver({ features: { rateLimits: true } });
  await limited.register('anna');
  const own = new OAuthTestClient(limited.baseUrl);
  const ownId = await own.registered();
  const { body } = await own.form('device', { client_id: ownId, scope: scopeOf('PHONE') });
  const visitor = new PageBrowser(limited.baseUrl);
  await visitor.logIn(await visitor.get(LINK), 'anna', passwordOf('anna'));
  const tryCodes = async (codes: number): Promise<SeenPage[]> =>
    Promise.all(Array.from({ length: codes }, async () => visitor.get(`${LINK}?user_code=BBBB-BBBB`)));
  expect((await tryCodes(10)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 404));
  expect((await visitor.get(String(body['verification_uri_complete']))).status).toBe(200);
  const answers = await tryCodes(21);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(20);
  expect(answers.find(({ status }) => status === 429)?.text).toContain('Please try again in 20 seconds.');
  limited.clock.advance(20_000);
  expect((await tryCodes(1))[0]?.status).toBe(404);
  await limited.stop();
});
