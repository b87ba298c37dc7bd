import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import {
  launchBrowser,
  OAuthTestClient,
  passwordOf,
  REDIRECT_URI,
  scopeOf,
  startHomeserver,
  type TestHomeserver,
} from '@stafette/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

/** The server's own pages in a browser, which obeys their policy: they lead back to applications and nowhere else. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549'];

let homeserver: TestHomeserver;
let browser: Browser;
let page: Page;
let client: OAuthTestClient;
/** An application on the person's device, which waits for the answer at a port of the loopback interface. */
let application: Server;
let callback: string;

beforeAll(async () => {
  [homeserver, browser] = await Promise.all([startHomeserver(), launchBrowser()]);
  client = new OAuthTestClient(homeserver.baseUrl);
  await homeserver.register('anna');
  application = createServer((_request, response) => response.end('back in the application'));
  await new Promise<void>((resolve) => {
    application.listen(0, '127.0.0.1', resolve);
  });
  callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
});
afterAll(async () => {
  application.close();
  await browser.close();
  await homeserver.stop();
});
beforeEach(async () => {
  page = await (await browser.newContext({ locale: 'en' })).newPage();
});
afterEach(async () => page.context().close());

const open = async (path: string): Promise<unknown> => page.goto(new URL(path, homeserver.baseUrl).href);
async function logIn(): Promise<void> {
  await page.getByLabel('Login name').fill('anna');
  await page.getByLabel('Password').fill(passwordOf('anna'));
  await page.getByRole('button', { name: 'Log in' }).click();
}
/** What axe finds on the page as it is, in the light and in the dark. */
async function violations(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations: some } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    found.push(
      ...some.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${colorScheme} ${id} ${target.join(' ')}`)),
    );
  }
  return found;
}

test('the consent leads back to an application on the device', async () => {
  const clientId = await client.registered({
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
  });
  await open(client.authorizePath(clientId, 'LAPTOP', { redirect_uri: callback }));
  expect(await page.getByLabel('Login name').evaluate((field) => field === document.activeElement)).toBe(true);
  await logIn();
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('back in the application').waitFor();
  expect(page.url()).toMatch(`${callback}?code=`);
});

/** Clicks, and says where on the web the browser goes then. */
async function leaveBy(button: string): Promise<string> {
  const left = page.waitForRequest((request) => request.url().startsWith(REDIRECT_URI));
  await page.getByRole('button', { name: button, exact: true }).click();
  return (await left).url();
}

test('the consent leads back to an application on the web', async () => {
  await open(client.authorizePath(await client.registered(), 'WEB'));
  await logIn();
  expect(await leaveBy('Allow')).toContain('code=');
});

test('a person who has no account makes one on the way', async () => {
  await open(client.authorizePath(await client.registered(), 'NEW'));
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Login name').fill('bernd');
  await page.getByLabel('Password').fill(passwordOf('bernd'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('You are logged in as bernd.').waitFor();
  expect(await leaveBy('Do not allow')).toContain('error=access_denied');
});

test('a page is not shown in a frame of another', async () => {
  await page.route('https://evil.example/', async (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe src="${homeserver.baseUrl}/_stafette/account"></iframe>`,
    }),
  );
  await page.goto('https://evil.example/');
  const [, frame] = page.frames();
  expect(await frame?.getByLabel('Password').count()).toBe(0);
});

test('each page can be used by everybody', async () => {
  const clientId = await client.registered();
  const { body: device } = await client.form('device', { client_id: clientId, scope: scopeOf('TV') });
  for (const path of ['/_stafette/account', '/_stafette/account/sign-up?continue=/_stafette/account']) {
    await open(path);
    expect([path, await violations()]).toEqual([path, []]);
  }
  await open('/_stafette/account');
  await page.getByLabel('Login name').fill('anna');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await violations()).toEqual([]);
  await logIn();
  const metadata = await homeserver.anonymous.get('/_matrix/client/v1/auth_metadata');
  const actions = metadata['account_management_actions_supported'] as string[];
  for (const path of [
    client.authorizePath(clientId, 'WEB'),
    client.authorizePath('nobody', 'WEB'),
    '/_stafette/link',
    '/_stafette/link?user_code=BBBB-BBBB',
    String(device['verification_uri_complete']),
    `/_stafette/sso?redirectUrl=${encodeURIComponent('https://app.example.org/login')}`,
    '/_stafette/account',
    ...actions.map((action) => `/_stafette/account?action=${action}`),
  ]) {
    await open(path);
    expect([path, await violations()]).toEqual([path, []]);
  }
});
