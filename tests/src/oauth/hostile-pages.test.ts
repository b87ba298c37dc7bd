import { type EndpointDefinition, oauth } from '@stafette/contracts';
import {
  formOf,
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  startHomeserver,
  type TestHomeserver,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const ACCOUNT = '/_stafette/account';
const LOGIN = `${ACCOUNT}/login`;
const SSO_TARGET = 'https://app.example.org/login';

type Operation = readonly [name: string, endpoint: EndpointDefinition];
const operations: readonly Operation[] = Object.entries<EndpointDefinition>(oauth);
const pages = operations.filter(
  ([name, { method, answersAs }]) => method === 'GET' && answersAs === 'page' && name !== 'getPageStyle',
);
const forms = operations.filter(([, { answersAs, form }]) => answersAs === 'page' && form === true);

const REST_OF_POLICY = "style-src 'self'; form-action 'self'[^;]*; frame-ancestors 'none'; base-uri 'none'$";
const POLICY_WITHOUT_SCRIPT = new RegExp(`^default-src 'none'; ${REST_OF_POLICY}`);
const POLICY_WITH_SCRIPT = new RegExp(
  `^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; connect-src 'self'; ${REST_OF_POLICY}`,
);

let homeserver: TestHomeserver;
let clientId: string;
/** Of user-interactive authentication: something waits for a stage. */
let session: string;
let browser: PageBrowser;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  clientId = await new OAuthTestClient(homeserver.baseUrl).registered();
  await homeserver.register('anna');
  const { body } = await homeserver.anonymous.try('POST', '/register', {});
  session = typeof body['session'] === 'string' ? body['session'] : expect.fail('no session');
});
afterAll(async () => homeserver.stop());
beforeEach(() => {
  browser = new PageBrowser(homeserver.baseUrl);
  count += 1;
});

/** The page of an operation, as a link would lead to it. */
function pathTo([name, { path }]: Operation): string {
  const client = new OAuthTestClient(homeserver.baseUrl);
  if (name.endsWith('Authorization')) return client.authorizePath(clientId, `DEVICE${count}`);
  if (name.endsWith('AuthFallback')) return `${path.replace(':authType', 'm.login.dummy')}?session=${session}`;
  if (name.endsWith('Sso')) return `${path}?redirectUrl=${encodeURIComponent(SSO_TARGET)}`;
  return name === 'showSignUp' ? `${path}?continue=${encodeURIComponent(ACCOUNT)}` : path;
}

/** Something for each field that any of the forms has. */
const TYPED = {
  continue: ACCOUNT,
  name: 'anna',
  password: passwordOf('anna'),
  email: 'anna@agency.example',
  decision: 'allow',
  user_code: 'BBBB-BBBB',
  began_it: 'yes',
};

const STALE = 'does not belong to this browser';

const logIn = async (): Promise<void> =>
  void (await browser.logIn(await browser.get(ACCOUNT), 'anna', passwordOf('anna')));
const csrfOf = async (own: PageBrowser): Promise<string> =>
  formOf(await own.get(ACCOUNT), ACCOUNT).fields['csrf'] ?? '';
const cookieIn = (headers: Headers): string => headers.get('set-cookie') ?? '';

/** Asks as somebody who has this cookie. */
const getWith = async (cookie: string): Promise<string> =>
  (await fetch(homeserver.baseUrl + ACCOUNT, { headers: { cookie } })).text();

test('there are as many pages and forms as there seem to be', () => {
  expect(pages.length).toBeGreaterThanOrEqual(5);
  expect(forms.length).toBeGreaterThanOrEqual(7);
});

describe.each(pages)('%s', (...operation) => {
  test.each(['a stranger', 'somebody who is logged in'])('cannot be framed, read or kept for %s', async (who) => {
    if (who !== 'a stranger') await logIn();
    const { status, headers } = await browser.get(pathTo(operation));
    expect(status).toBe(200);
    const [name] = operation;
    expect(headers.get('content-security-policy')).toMatch(
      name === 'showLoginFallback' ? POLICY_WITH_SCRIPT : POLICY_WITHOUT_SCRIPT,
    );
    expect(headers.get('cross-origin-opener-policy')).toBe(name === 'showAuthFallback' ? 'unsafe-none' : 'same-origin');
    expect({
      frame: headers.get('x-frame-options'),
      kept: headers.get('cache-control'),
      sniffed: headers.get('x-content-type-options'),
      read: headers.get('access-control-allow-origin'),
      told: headers.get('referrer-policy'),
    }).toEqual({ frame: 'DENY', kept: 'no-store', sniffed: 'nosniff', read: null, told: 'same-origin' });
  });
});

describe.each(forms)('%s', (...operation) => {
  test('does nothing when it comes from elsewhere', async () => {
    await logIn();
    const before = await csrfOf(new PageBrowser(homeserver.baseUrl));
    const csrf = await csrfOf(browser);
    const target = pathTo(operation);
    const stranger = new PageBrowser(homeserver.baseUrl);
    const forged = [
      await browser.post(target, { ...TYPED, csrf: '' }),
      await browser.post(target, { ...TYPED, csrf: 'made up' }),
      await browser.post(target, { ...TYPED, csrf: before }),
      await browser.post(target, { ...TYPED, csrf }, { origin: 'https://evil.example' }),
      await browser.post(target, { ...TYPED, csrf }, { origin: 'null' }),
      await browser.post(target, { ...TYPED, csrf }, { 'sec-fetch-site': 'cross-site' }),
      await browser.post(target, { ...TYPED, csrf }, { 'sec-fetch-site': 'same-site' }),
      await stranger.post(target, { ...TYPED, csrf }),
    ];
    expect(forged.map(({ status, headers }) => [status, headers.get('location'), headers.get('set-cookie')])).toEqual(
      forged.map(() => [403, null, null]),
    );
    for (const { text } of forged) expect(text).toContain(STALE);
    expect((await browser.post(target, { ...TYPED, csrf })).text).not.toContain(STALE);
  });
});

test.each(operations.filter(([, { form }]) => form === true))(
  '%s takes nothing that is said twice',
  async (...operation) => {
    const response = await fetch(homeserver.baseUrl + pathTo(operation), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'client_id=a&csrf=a&client_id=b&csrf=b',
    });
    expect(response.status).toBe(400);
  },
);

describe('the cookie of a browser', () => {
  test('is read by no script, goes to no form from elsewhere, and not over plain HTTP where there is TLS', async () => {
    const plain = await fetch(homeserver.baseUrl + ACCOUNT);
    expect(cookieIn(plain.headers)).toMatch(/^stafette=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const secure = await startHomeserver({ settings: { publicUrl: 'https://matrix.agency.example' } });
    const overTls = await fetch(secure.baseUrl + ACCOUNT);
    expect(cookieIn(overTls.headers)).toMatch(/^__Host-stafette=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    await secure.stop();
  });

  test('is another one after a log-in, so that nobody can have prepared it', async () => {
    const form = await browser.get(ACCOUNT);
    const prepared = browser.cookie ?? '';
    await browser.logIn(form, 'anna', passwordOf('anna'));
    expect(browser.cookie).not.toBe(prepared);
    expect(await getWith(prepared)).toContain('name="password"');
    expect(await getWith(browser.cookie ?? '')).toContain('You are logged in as anna.');
  });

  test('is another one after a sign-up', async () => {
    const form = await browser.get(`${ACCOUNT}/sign-up?continue=${encodeURIComponent(ACCOUNT)}`);
    const prepared = browser.cookie ?? '';
    const typed = { name: `new${count}`, password: passwordOf('new') };
    expect((await browser.submit(form, `${ACCOUNT}/sign-up`, typed)).text).toContain('You are logged in as');
    expect(browser.cookie).not.toBe(prepared);
    expect(await getWith(prepared)).toContain('name="password"');
  });

  test('is good for nothing after a log-out', async () => {
    await logIn();
    const used = browser.cookie ?? '';
    await browser.submit(await browser.get(ACCOUNT), `${ACCOUNT}/logout`);
    expect(browser.cookie).not.toBe(used);
    expect(await getWith(used)).toContain('name="password"');
  });

  test.each(['stafette=', 'stafette=short', `stafette=${'é'.repeat(43)}`, `stafette=${'a'.repeat(43)}`, 'stafette'])(
    'is nobody when it is made up: %s',
    async (cookie) => {
      expect(await getWith(encodeURI(cookie))).toContain('name="password"');
    },
  );
});

test.each([
  'https://evil.example/',
  '//evil.example/_stafette/account',
  '/\\evil.example/_stafette/account',
  '/%5Cevil.example',
  'javascript:alert(1)',
  '/_stafette/account/../../evil',
  '/_matrix/client/v3/login/sso/redirect?redirectUrl=https://evil.example/',
  '\t//evil.example/_stafette/account',
  '',
])('%j is nowhere that one is sent after a form', async (target) => {
  const form = await browser.get(ACCOUNT);
  const { csrf = '' } = formOf(form, LOGIN).fields;
  const filled = { ...TYPED, csrf, name: `more${count}`, continue: target };
  const answers = [
    await browser.get(`${ACCOUNT}/sign-up?continue=${encodeURIComponent(target)}`),
    await browser.post(LOGIN, { ...filled, name: 'anna' }),
    await browser.post(`${ACCOUNT}/sign-up`, filled),
    await browser.post(`${ACCOUNT}/logout`, filled),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
    answers.map(() => [400, null]),
  );
});
