import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { launchBrowser, passwordOf, startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { createClient } from 'matrix-js-sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** The pages for applications that cannot ask or log in themselves, with such applications around them. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549'];
const CODE = 'm.login.registration_token';
const LOGIN = '/_matrix/static/client/login/';

let homeserver: TestHomeserver;
let admin: TestClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Where the application on the web comes from: another origin than the server. */
let application: Server;
let origin: string;
let complaints: string[];
let name: string;
let count = 0;

beforeAll(async () => {
  [homeserver, browser] = await Promise.all([
    startHomeserver({ features: { openRegistration: false } }),
    launchBrowser(),
  ]);
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  application = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Application</title>');
  });
  await new Promise<void>((resolve) => {
    application.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://localhost:${(application.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  application.close();
  await browser.close();
  await homeserver.stop();
});
beforeEach(async () => {
  count += 1;
  name = `anna${count}`;
  context = await browser.newContext({ locale: 'en' });
  page = await context.newPage();
  complaints = [];
  context.on('console', (message) => {
    // A refusal is told in the console as well.
    if (message.type() === 'error' && !message.text().includes('status of 40')) complaints.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join('; ')}`);
});

const register = async (auth?: object) =>
  homeserver.anonymous.try('POST', '/register', { username: name, password: passwordOf(name), auth });
async function beginRegistration(): Promise<{ readonly session: string; readonly url: string }> {
  const { body } = await register();
  const session = typeof body['session'] === 'string' ? body['session'] : expect.fail('no session');
  const url = createClient({ baseUrl: homeserver.baseUrl }).getFallbackAuthUrl(CODE, session);
  return { session, url };
}
const invite = async (): Promise<string> =>
  (await admin.post<{ code: string }>('/_stafette/admin/v1/invitations')).code;
async function typeCode(on: Page, code: string): Promise<void> {
  await on.getByLabel('Invitation code').fill(code);
  await on.getByRole('button', { name: 'Continue' }).click();
}
async function violations(on: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await on.emulateMedia({ colorScheme });
    const { violations: some } = await new AxeBuilder({ page: on }).withTags(TAGS).analyze();
    found.push(
      ...some.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${colorScheme} ${id} ${target.join(' ')}`)),
    );
  }
  return found;
}

describe('a step of a registration', () => {
  test('is done in a window that the application opens, which hears of it and registers', async () => {
    const { session, url } = await beginRegistration();
    await page.goto(origin);
    // As in the example of the specification.
    const heard = page.evaluate(
      async ([address = '', server = '']) =>
        new Promise<unknown>((resolve) => {
          const popup = window.open(address);
          window.addEventListener('message', (event) => {
            if (event.origin !== server || event.source !== popup) return;
            popup?.close();
            resolve(event.data);
          });
        }),
      [url, homeserver.baseUrl],
    );
    const popup = await context.waitForEvent('page');
    await typeCode(popup, 'AAAA-BBBB');
    await popup.getByRole('alert').waitFor();
    await typeCode(popup, await invite());
    expect(await heard).toBe('authDone');
    expect((await register({ session })).body).toMatchObject({ access_token: expect.any(String) });
  });

  test('is told to an application around the page by its own function', async () => {
    const { session, url } = await beginRegistration();
    const calls: string[] = [];
    await page.exposeFunction('onAuthDone', (...values: unknown[]) => void calls.push(JSON.stringify(values)));
    await page.goto(url);
    await typeCode(page, await invite());
    await page.getByText('Go back to the application.').waitFor();
    expect(calls).toEqual(['[]']);
    expect((await register({ session })).status).toBe(200);
  });

  test('is done where nobody listens, and without JavaScript', async () => {
    const quiet = await browser.newContext({ locale: 'de', javaScriptEnabled: false });
    for (const on of [page, await quiet.newPage()]) {
      const { session, url } = await beginRegistration();
      await on.goto(url);
      await on.locator('input[name=token]').fill(await invite());
      await on.locator('button').click();
      await on.getByRole('status').waitFor();
      expect((await register({ session })).status).toBe(200);
      name = `${name}-again`;
    }
    await quiet.close();
  });

  test('shows pages that everybody can use, and on which no other script runs', async () => {
    const { url } = await beginRegistration();
    await page.goto(url);
    expect(await violations(page)).toEqual([]);
    await typeCode(page, 'AAAA');
    await page.getByRole('alert').waitFor();
    expect(await violations(page)).toEqual([]);
    await typeCode(page, await invite());
    await page.getByRole('status').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await runsInjected(page)).toBe(false);
  });
});

/** Whether a script runs that somebody got into the page. */
async function runsInjected(on: Page): Promise<boolean> {
  const ran = await on.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "injected"';
    document.body.append(script);
    return document.title === 'injected';
  });
  expect(complaints.splice(0)).toEqual([expect.stringContaining('Content Security Policy')]);
  return ran;
}

describe('a log-in', () => {
  let user: TestClient;
  let responses: Record<string, string>[];
  beforeEach(async () => {
    const auth = { type: CODE, token: await invite() };
    const { body } = await register(auth);
    user = homeserver.as({ accessToken: typeof body['access_token'] === 'string' ? body['access_token'] : '' });
    responses = [];
  });

  const devices = async () => (await user.get<{ devices: { device_id: string }[] }>('/devices')).devices;
  async function open(query = ''): Promise<void> {
    await page.goto(`${homeserver.baseUrl}${LOGIN}${query}`);
  }
  /** As applications do: when the page has loaded, they put their function into its object. */
  async function listen(): Promise<void> {
    await page.exposeFunction('tellApplication', (response: Record<string, string>) => void responses.push(response));
    await page.evaluate('window.matrixLogin.onLogin = (response) => window.tellApplication(response)');
  }
  async function logIn(password: string): Promise<void> {
    await page.getByLabel('Login name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  test('hands the session to the application, with the device that it named', async () => {
    await open('?device_id=KIOSK&initial_device_display_name=In%20the%20%22hall%22&refresh_token=true');
    await listen();
    expect(await violations(page)).toEqual([]);
    await logIn('wrong');
    await page.getByText('The login name or the password is wrong.').waitFor();
    expect(await violations(page)).toEqual([]);
    await logIn(passwordOf(name));
    await page.getByText('You are logged in. Go back to the application.').waitFor();
    expect(await violations(page)).toEqual([]);
    const [response = {}, ...more] = responses;
    expect([more, response['device_id'], typeof response['refresh_token']]).toEqual([[], 'KIOSK', 'string']);
    const session = homeserver.as({ accessToken: response['access_token'] ?? '' });
    expect(await session.get('/devices/KIOSK')).toMatchObject({ display_name: 'In the "hall"' });
    expect(await runsInjected(page)).toBe(false);
  });

  test('does not happen where no application listens', async () => {
    await open();
    const before = await devices();
    await logIn(passwordOf(name));
    await page.getByText('Please begin in your application.').waitFor();
    expect(await devices()).toEqual(before);
  });

  test('needs JavaScript, and says so', async () => {
    const quiet = await browser.newContext({ locale: 'en', javaScriptEnabled: false });
    page = await quiet.newPage();
    await open();
    await page.getByText('JavaScript is switched off').waitFor();
    expect(await page.locator('form').isVisible()).toBe(false);
    await quiet.close();
  });
});
