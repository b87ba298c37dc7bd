import { createHash } from 'node:crypto';
import { PageBrowser, passwordOf, startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

/** The page itself; what its script does is tested in a browser. */
const PATH = '/_matrix/static/client/login/';

let homeserver: TestHomeserver;
let browser: PageBrowser;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(() => {
  browser = new PageBrowser(homeserver.baseUrl);
});

const parametersIn = (text: string): string | undefined => /data-parameters="([^"]*)"/.exec(text)?.[1];

test('runs its own script and nothing else, and asks nobody but this server', async () => {
  const { status, headers, text } = await browser.get(PATH);
  const scripts = [...text.matchAll(/<script>([^]*?)<\/script>/g)].map(([, code = '']) => code);
  const hashes = scripts.map((code) => createHash('sha256').update(code).digest('base64'));
  expect([status, headers.get('content-security-policy')]).toEqual([
    200,
    `default-src 'none'; script-src 'sha256-${hashes.join()}'; connect-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  ]);
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
});

test('forwards what is no secret, and drops the rest', async () => {
  const query = 'device_id=KIOSK&initial_device_display_name=In+the+hall&refresh_token=true&password=secret&type=x';
  const { text } = await browser.get(`${PATH}?${query}`);
  expect(JSON.parse((parametersIn(text) ?? '').replaceAll('&quot;', '"'))).toEqual({
    device_id: 'KIOSK',
    initial_device_display_name: 'In the hall',
    refresh_token: true,
  });
  expect(text).not.toContain('secret');
});

test.each(['"><script>alert(1)</script>', "' onload='alert(1)", '</form><script>', '{"type":"m.login.token"}'])(
  'keeps the name %j as it is, in its attribute',
  async (name) => {
    const { text } = await browser.get(`${PATH}?initial_device_display_name=${encodeURIComponent(name)}`);
    expect([...text.matchAll(/<script/g)]).toHaveLength(1);
    expect(parametersIn(text)).toMatch(/^\{&quot;initial_device_display_name&quot;:&quot;.*&quot;\}$/);
    expect(text).not.toContain(name);
  },
);

test.each([
  'refresh_token=maybe',
  `device_id=${'x'.repeat(256)}`,
  'device_id=A&device_id=B',
  'initial_device_display_name=A%00',
])('is not there for %s', async (query) => {
  const { status, text } = await browser.get(`${PATH}?${query}`);
  expect([status, text.includes('<script')]).toEqual([400, false]);
});

test('speaks German and French, and leads back after an account was made', async () => {
  const titleIn = async (language: string) => {
    const response = await fetch(homeserver.baseUrl + PATH, { headers: { 'accept-language': language } });
    return /<h1>([^<]*)</.exec(await response.text())?.[1];
  };
  expect(await Promise.all(['de', 'fr', 'en'].map(titleIn))).toEqual(['Anmelden', 'Connexion', 'Log in']);
  const page = await browser.get(`${PATH}?device_id=KIOSK`);
  const link = /href="(\/_stafette\/account\/sign-up[^"]*)"/.exec(page.text)?.[1] ?? expect.fail('no link');
  const typed = { name: 'anna', password: passwordOf('anna') };
  const back = await browser.submit(await browser.get(link), '/_stafette/account/sign-up', typed);
  expect(parametersIn(back.text)).toContain('KIOSK');
});
