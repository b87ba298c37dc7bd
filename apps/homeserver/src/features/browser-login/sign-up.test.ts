import {
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  type SeenPage,
  startHomeserver,
  type TestClient,
  type TestHomeserver,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rateLimits } from '../../http/limits.ts';

const INVITATIONS = '/_stafette/admin/v1/invitations';
const SIGN_UP = '/_stafette/account/sign-up';
const DAY_MS = 24 * 60 * 60 * 1000;

let homeserver: TestHomeserver;
let admin: TestClient;
let client: OAuthTestClient;
let clientId: string;
let browser: PageBrowser;
let form: SeenPage;
let name: string;
let code: string;
let count = 0;

beforeAll(async () => {
  // As at an agency: with a code alone, and with passwords that are not easily guessed.
  homeserver = await startHomeserver({ features: { openRegistration: false, cheapPasswordHashes: false } });
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  client = new OAuthTestClient(homeserver.baseUrl);
  clientId = await client.registered();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  name = `anna${count}`;
  code = await invite();
  browser = new PageBrowser(homeserver.baseUrl);
  form = await browser.get(client.authorizePath(clientId, `DEVICE${count}`, { prompt: 'create' }));
});

const invite = async (more: object = {}): Promise<string> =>
  (await admin.post<{ code: string }>(INVITATIONS, more)).code;
const signUp = async (typed: Readonly<Record<string, string>> = {}): Promise<SeenPage> =>
  browser.submit(form, SIGN_UP, { name, password: passwordOf(name), invitation: code, ...typed });
const alertOf = ({ text }: SeenPage): string | undefined => /role="alert">([^<]*)</.exec(text)?.[1];

const sessionAfter = async (page: SeenPage): Promise<TestClient> =>
  homeserver.as({ accessToken: String((await client.tokensAfter(browser, page, clientId))['access_token']) });

test('an application brings a new person, who makes an account with a code and logs the application in', async () => {
  expect(form.text).toContain('Invitation code');
  const page = await signUp();
  expect(page.text).toContain(`You are logged in as ${name}.`);
  const session = await sessionAfter(page);
  expect(await session.get('/_stafette/v1/me')).toMatchObject({ login_name: name, display_name: name, role: 'user' });
});

test('an invitation that names the person decides about the name', async () => {
  code = await invite({ login_name: `clerk${count}`, display_name: 'Anna Beispiel' });
  const page = await signUp();
  expect(page.text).toContain(`You are logged in as clerk${count}.`);
  const session = await sessionAfter(page);
  expect(await session.get('/_stafette/v1/me')).toMatchObject({ display_name: 'Anna Beispiel' });
});

test.each([
  ['a code that nobody made', async () => 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG'],
  ['no code', async () => ''],
  [
    'a code that was used',
    async () => {
      const auth = { type: 'm.login.registration_token', token: code };
      const password = passwordOf('first');
      await homeserver.anonymous.post('/register', { username: `first${count}`, password, auth });
      return code;
    },
  ],
  [
    'a code that has expired',
    async () => {
      homeserver.clock.advance(8 * DAY_MS);
      return code;
    },
  ],
])('with %s nobody gets in, and nothing has to be typed again but the password', async (_case, prepare) => {
  const invitation = await prepare();
  const page = await signUp({ invitation });
  expect([page.status, alertOf(page)]).toEqual([
    401,
    'This invitation code is not known, was used already or has expired. Please check it, or ask your administration for a new one.',
  ]);
  expect(page.text).toContain(`value="${name}"`);
  expect(page.text).toContain(`value="${invitation}"`);
  expect(page.text).not.toContain(passwordOf(name));
  form = page;
  expect((await signUp({ invitation: await invite() })).text).toContain(`You are logged in as ${name}.`);
});

test.each([
  ['a name that is taken', { name: 'admin' }, 'This login name is taken.'],
  ['a name with a space', { name: 'an na' }, 'This login name holds characters that it cannot have.'],
  ['a short password', { password: 'short' }, 'This password cannot be used. It needs at least 8 characters.'],
])('%s is refused, and the code is as good as before', async (_case, typed, told) => {
  const page = await signUp(typed);
  expect([page.status, alertOf(page)]).toEqual([400, `${told} Your invitation code has not been used up.`]);
  expect(page.text).toContain(`value="${code}"`);
  form = page;
  expect((await signUp()).text).toContain(`You are logged in as ${name}.`);
});

test('of many browsers with one code one gets in, and the others are told of the code', async () => {
  const visitors = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const own = new PageBrowser(homeserver.baseUrl);
      const page = await own.get(`${SIGN_UP}?continue=${encodeURIComponent('/_stafette/account')}`);
      return own.submit(page, SIGN_UP, {
        name: `${name}x${index}`,
        password: passwordOf(name),
        invitation: code,
      });
    }),
  );
  const refused = visitors.filter((page) => page.status !== 200);
  expect(refused).toHaveLength(4);
  for (const page of refused) expect(alertOf(page)).toContain('was used already');
});

test('what was typed is text, and a form from elsewhere makes no account', async () => {
  const page = await signUp({ name: '"><script>', invitation: '"><img>' });
  expect(page.text).toContain('value="&quot;&gt;&lt;script&gt;"');
  expect(page.text).not.toContain('<img');
  const elsewhere = new PageBrowser(homeserver.baseUrl);
  expect((await elsewhere.submit(form, SIGN_UP, { name, password: 'x', invitation: code })).status).toBe(403);
  expect((await signUp()).text).toContain(`You are logged in as ${name}.`);
});

test('who tries codes from one address is slowed down, and told for how long', async () => {
  const limited = await startHomeserver({ features: { openRegistration: false, rateLimits: true } });
  const path = `${SIGN_UP}?continue=${encodeURIComponent('/_stafette/account')}`;
  const visitor = new PageBrowser(limited.baseUrl);
  const page = await visitor.get(path);
  const typed = { name: 'eve', password: passwordOf('eve'), invitation: 'AAAA' };
  const { burst, perSecond } = rateLimits.registration;
  const answers = await Promise.all(
    Array.from({ length: burst + 1 }, async () => visitor.submit(page, SIGN_UP, typed)),
  );
  const slowed = answers.filter(({ status }) => status === 429);
  expect(slowed).toHaveLength(1);
  expect(slowed[0]?.text).toContain(`Too many attempts. Please try again in ${Math.ceil(1 / perSecond)} seconds.`);
  await limited.stop();
});
