import { PageBrowser, passwordOf, startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ALLOWED = 'https://app.example.org/login';
const SSO = '/_stafette/sso';

let homeserver: TestHomeserver;
let closed: TestHomeserver;
const pathTo = (redirectUrl: string, more = ''): string =>
  `/_matrix/client/v3/login/sso/redirect${more}?redirectUrl=${encodeURIComponent(redirectUrl)}`;

beforeAll(async () => {
  homeserver = await startHomeserver();
  closed = await startHomeserver({ features: { openRegistration: false }, settings: { ssoRedirects: [ALLOWED] } });
  await homeserver.register('anna');
});
afterAll(async () => Promise.all([homeserver.stop(), closed.stop()]));

test('an application of the older kind gets a token after a page that names where it goes', async () => {
  const browser = new PageBrowser(homeserver.baseUrl);
  const page = await browser.logIn(
    await browser.get(pathTo(`${ALLOWED}?a=1&loginToken=planted#/home`)),
    'anna',
    passwordOf('anna'),
  );
  expect(page.text).toContain('Log in at app.example.org?');
  const answer = await browser.submit(page, SSO);
  const target = new URL(answer.headers.get('location') ?? 'none:');
  expect([`${target.origin}${target.pathname}`, target.searchParams.get('a'), target.hash]).toEqual([
    ALLOWED,
    '1',
    '#/home',
  ]);
  const [token, ...others] = target.searchParams.getAll('loginToken');
  expect(others).toEqual([]);
  expect((await homeserver.anonymous.try('POST', '/login', { type: 'm.login.token', token })).status).toBe(200);
  expect((await homeserver.anonymous.try('POST', '/login', { type: 'm.login.token', token })).status).toBe(403);
});

test('the flow is announced to clients that know of OAuth', async () => {
  const { flows } = await homeserver.anonymous.get<{ flows: object[] }>('/login');
  expect(flows).toContainEqual({
    type: 'm.login.sso',
    identity_providers: [{ id: 'stafette', name: 'test.example' }],
    oauth_aware_preferred: true,
    'org.matrix.msc3824.delegated_oidc_compatibility': true,
  });
  const browser = new PageBrowser(homeserver.baseUrl);
  expect((await browser.get(pathTo(ALLOWED, '/stafette'))).status).toBe(200);
  expect((await browser.get(pathTo(ALLOWED, '/other'))).status).toBe(404);
  expect((await browser.get(`${pathTo(ALLOWED)}&action=register`)).text).toContain('Create an account');
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'https://user@app.example.org/login',
  'not an address',
])('nobody is sent to %s', async (redirectUrl) => {
  for (const path of [pathTo(redirectUrl), `${SSO}?redirectUrl=${encodeURIComponent(redirectUrl)}`])
    expect((await new PageBrowser(homeserver.baseUrl).get(path)).status).toBe(400);
});

test.each([
  'https://evil.example/login',
  'https://app.example.org/',
  'https://app.example.org/login/',
  'https://app.example.org/login/../evil',
  'https://app.example.org:8443/login',
  'http://app.example.org/login',
  'https://app.example.org.evil.example/login',
  'https://app.example.org@evil.example/login',
])('an agency that names %j nowhere does not lead there', async (redirectUrl) => {
  const browser = new PageBrowser(closed.baseUrl);
  expect((await browser.get(pathTo(redirectUrl))).status).toBe(400);
  expect((await browser.get(pathTo(ALLOWED))).status).toBe(200);
});
