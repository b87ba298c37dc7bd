import { createHash } from 'node:crypto';
import {
  type Answer,
  formOf,
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  type SeenPage,
  startHomeserver,
  type TestClient,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** Stages of user-interactive authentication on a page. https://spec.matrix.org/v1.19/client-server-api/#fallback */
const CODE = 'm.login.registration_token';
const PASSWORD = 'm.login.password';
const DONE = 'Go back to the application.';
const WRONG = 'The login name or the password is wrong.';

let homeserver: TestHomeserver;
let closed: TestHomeserver;
let admin: TestClient;
let browser: PageBrowser;
let name: string;
let user: TestUser;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  closed = await startHomeserver({ features: { openRegistration: false } });
  admin = closed.as(await closed.registerAdministrator('admin'));
});
afterAll(async () => Promise.all([homeserver.stop(), closed.stop()]));
beforeEach(async () => {
  count += 1;
  name = `user${count}`;
  user = await homeserver.register(name);
  browser = new PageBrowser(homeserver.baseUrl);
});

const pathTo = (stage: string, session: string): string =>
  `/_matrix/client/v3/auth/${encodeURIComponent(stage)}/fallback/web?session=${encodeURIComponent(session)}`;
const alertOf = ({ text }: SeenPage): string | undefined => /role="alert">([^<]*)</.exec(text)?.[1];
function sessionIn({ body: { session } }: Answer): string {
  return typeof session === 'string' ? session : expect.fail('no session');
}
/** Fills in the page of a stage. */
async function take(stage: string, session: string, typed: Record<string, string> = {}): Promise<SeenPage> {
  const page = await browser.get(pathTo(stage, session));
  return browser.submit(page, `/_matrix/client/v3/auth/${stage}/`, typed);
}
const deactivate = async (auth?: object): Promise<Answer> =>
  homeserver.as(user).try('POST', '/account/deactivate', { auth });

describe('an invitation code', () => {
  let session: string;
  let code: string;
  const registration = () => ({ username: `new${count}`, password: passwordOf('new') });
  const register = async (auth?: object): Promise<Answer> =>
    closed.anonymous.try('POST', '/register', { ...registration(), auth });
  const stateOfCode = async (): Promise<unknown> => {
    const { invitations } = await admin.get<{ invitations: { state: string }[] }>('/_stafette/admin/v1/invitations');
    return invitations[0]?.state;
  };
  beforeEach(async () => {
    browser = new PageBrowser(closed.baseUrl);
    code = (await admin.post<{ code: string }>('/_stafette/admin/v1/invitations')).code;
    session = sessionIn(await register());
  });

  test('that is typed on the page lets the application register by the session alone, once', async () => {
    expect((await take(CODE, session, { token: code })).text).toContain(DONE);
    expect(await stateOfCode()).toBe('open');
    expect((await register({ session })).status).toBe(200);
    expect(await stateOfCode()).toBe('used');
    expect((await browser.get(pathTo(CODE, session))).status).toBe(404);
    expect((await register({ session })).status).toBe(401);
  });

  test('that does not hold proves nothing, and the next one may', async () => {
    for (const token of ['AAAA', '', "' or true --"]) {
      const page = await take(CODE, session, { token });
      expect([page.status, alertOf(page)]).toEqual([401, expect.stringContaining('This invitation code is not known')]);
      expect(page.text).not.toContain('<script');
      expect((await register({ session })).status).toBe(401);
    }
    expect((await take(CODE, session, { token: code })).text).toContain(DONE);
  });

  test('is used up between the page and the request, and then nobody registers', async () => {
    await take(CODE, session, { token: code });
    const other = { username: `other${count}`, password: passwordOf('other'), auth: { type: CODE, token: code } };
    expect((await closed.anonymous.try('POST', '/register', other)).status).toBe(200);
    expect((await register({ session })).status).toBe(403);
  });

  test('proves nothing for a session of somebody else', async () => {
    const theirs = sessionIn(await register());
    await take(CODE, session, { token: code });
    expect((await register({ session: theirs })).status).toBe(401);
  });

  test.each(['m.login.dummy', PASSWORD, 'm.login.email.identity', 'm.oauth'])(
    'is not replaced by %s',
    async (stage) => {
      expect((await browser.get(pathTo(stage, session))).status).toBe(404);
      const page = await browser.get(pathTo(CODE, session));
      const { csrf = '' } = formOf(page, '/_matrix').fields;
      expect((await browser.post(pathTo(stage, session), { csrf, password: passwordOf('admin') })).status).toBe(404);
      expect((await register({ session })).status).toBe(401);
    },
  );
});

test('where everybody may register, the page has nothing to ask, and does nothing before the button', async () => {
  const registration = { username: `open${count}`, password: passwordOf('open') };
  const session = sessionIn(await homeserver.anonymous.try('POST', '/register', registration));
  await browser.get(pathTo('m.login.dummy', session));
  expect((await homeserver.anonymous.try('POST', '/register', { ...registration, auth: { session } })).status).toBe(
    401,
  );
  expect((await take('m.login.dummy', session)).text).toContain(DONE);
  expect((await homeserver.anonymous.try('POST', '/register', { ...registration, auth: { session } })).status).toBe(
    200,
  );
});

describe('a password', () => {
  let session: string;
  beforeEach(async () => {
    session = sessionIn(await deactivate());
  });

  test('is asked for with what it allows, and is that of the account', async () => {
    const asked = await browser.get(pathTo(PASSWORD, session));
    expect(asked.text).toContain(`It is about the account ${name}.`);
    expect(asked.text).toContain('An application wants to delete your account for good.');
    const other = await homeserver.register(`other${count}`);
    for (const password of ['', 'wrong', passwordOf(`other${count}`)]) {
      const page = await take(PASSWORD, session, { password });
      expect([page.status, alertOf(page)]).toEqual([401, WRONG]);
    }
    expect((await deactivate({ session })).status).toBe(401);
    expect((await take(PASSWORD, session, { password: passwordOf(name) })).text).toContain(DONE);
    // Whoever has learnt of the session cannot use it for an account of their own.
    const theirs = await homeserver.as(other).try('POST', '/account/deactivate', { auth: { session } });
    expect(theirs).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect((await deactivate({ session })).status).toBe(200);
  });

  test('allows nothing but what the page said', async () => {
    const devices = { devices: [user.deviceId] };
    const client = homeserver.as(user);
    const removing = sessionIn(await client.try('POST', '/delete_devices', devices));
    await take(PASSWORD, removing, { password: passwordOf(name) });
    expect((await deactivate({ session: removing })).status).toBe(403);
    const others = { devices: ['OTHER'], auth: { session: removing } };
    expect((await client.try('POST', '/delete_devices', others)).status).toBe(403);
    const same = { ...devices, auth: { session: removing } };
    expect((await client.try('POST', '/delete_devices', same)).status).toBe(200);
  });

  test('is not asked for a second time, and not half an hour later', async () => {
    await take(PASSWORD, session, { password: passwordOf(name) });
    expect((await browser.get(pathTo(PASSWORD, session))).text).toContain(DONE);
    homeserver.clock.advance(30 * 60 * 1000);
    expect((await browser.get(pathTo(PASSWORD, session))).status).toBe(404);
    expect((await deactivate({ session })).status).toBe(401);
  });
});

test('an application of OAuth resets the keys after the password, on the page as on that of the account', async () => {
  const client = new OAuthTestClient(homeserver.baseUrl);
  const clientId = await client.registered();
  const consent = await browser.logIn(
    await browser.get(client.authorizePath(clientId, 'DEVICE')),
    name,
    passwordOf(name),
  );
  const { access_token: accessToken } = await client.tokensAfter(browser, consent, clientId);
  const application = homeserver.as({ accessToken: String(accessToken) });
  const upload = async (auth?: object) => {
    const key = createHash('sha256')
      .update(`${name} ${JSON.stringify(auth)}`)
      .digest('base64')
      .replace('=', '');
    const master = { user_id: user.userId, usage: ['master'], keys: { [`ed25519:${key}`]: key } };
    return application.try('POST', '/keys/device_signing/upload', { auth, master_key: master });
  };
  expect((await upload()).status).toBe(200);
  const session = sessionIn(await upload({}));
  for (const stage of ['m.oauth', 'org.matrix.cross_signing_reset']) {
    const page = await browser.get(pathTo(stage, session));
    expect(page.text).toContain('replace the keys that others recognise you by');
    expect(alertOf(await take(stage, session, { password: 'wrong' }))).toBe(WRONG);
  }
  const direct = { type: 'm.oauth', session, password: passwordOf(name) };
  expect((await upload(direct)).body).toMatchObject({ errcode: 'M_UNRECOGNIZED' });
  expect((await take('m.oauth', session, { password: passwordOf(name) })).text).toContain(DONE);
  expect((await upload({ session })).status).toBe(200);
});

describe('the page', () => {
  let session: string;
  beforeEach(async () => {
    session = sessionIn(await deactivate());
  });

  test('has no script before it is done, then the one that its policy names, and keeps its opener', async () => {
    const before = await browser.get(pathTo(PASSWORD, session));
    const wrong = await take(PASSWORD, session, { password: 'wrong' });
    for (const { headers, text } of [before, wrong]) {
      expect(text).not.toContain('<script');
      expect(headers.get('content-security-policy')).not.toContain('script');
      expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    }
    const { headers, text } = await take(PASSWORD, session, { password: passwordOf(name) });
    const [, code = ''] = /<script>([^]*)<\/script>/.exec(text) ?? [];
    const hash = createHash('sha256').update(code).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'sha256-${hash}'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(code).toContain("window.opener.postMessage('authDone', '*')");
    expect(text).not.toContain(session);
    expect(text).not.toContain(name);
  });

  test.each([
    ['de', 'Eine Anwendung möchte Ihr Konto endgültig löschen.', 'Gehen Sie zurück zur Anwendung.'],
    ['fr', 'Une application veut supprimer définitivement votre compte.', 'Revenez à l’application.'],
  ])('speaks %s', async (language, asks, done) => {
    const headers = { 'accept-language': language };
    const asked = await fetch(homeserver.baseUrl + pathTo(PASSWORD, session), { headers });
    expect(await asked.text()).toContain(asks);
    const { csrf = '' } = formOf(await browser.get(pathTo(PASSWORD, session)), '/_matrix').fields;
    const typed = { csrf, password: passwordOf(name) };
    expect((await browser.post(pathTo(PASSWORD, session), typed, headers)).text).toContain(done);
  });

  test.each([
    '',
    'made up',
    '"><script>alert(1)</script>',
    "'; drop table account; --",
    '__proto__',
    '../../../etc/passwd',
    'a'.repeat(255),
  ])('is not there for the session or the stage %j', async (made) => {
    for (const path of [pathTo(PASSWORD, made), pathTo(made === '' ? 'none' : made, session)]) {
      const { status, text } = await browser.get(path);
      expect(status).toBe(404);
      expect(text).not.toContain('<script');
      expect(text).not.toContain(made === '' ? session : made);
    }
  });

  test.each(['a'.repeat(256), undefined])('refuses a session that could be none', async (made) => {
    const path = pathTo(PASSWORD, made ?? '');
    expect((await browser.get(made === undefined ? (path.split('?', 1)[0] ?? '') : path)).status).toBe(400);
    expect((await browser.get(`${path}&session=twice`)).status).toBe(400);
  });

  test('changes nothing when its form comes from elsewhere', async () => {
    const { csrf = '' } = formOf(await browser.get(pathTo(PASSWORD, session)), '/_matrix').fields;
    const typed = { csrf, password: passwordOf(name) };
    const stranger = new PageBrowser(homeserver.baseUrl);
    for (const page of [
      await browser.post(pathTo(PASSWORD, session), { ...typed, csrf: '' }),
      await browser.post(pathTo(PASSWORD, session), typed, { origin: 'https://evil.example' }),
      await browser.post(pathTo(PASSWORD, session), typed, { 'sec-fetch-site': 'cross-site' }),
      await stranger.post(pathTo(PASSWORD, session), typed),
    ])
      expect(page.status).toBe(403);
    expect((await deactivate({ session })).status).toBe(401);
  });
});

describe('guessing on the page', () => {
  let limited: TestHomeserver;
  beforeAll(async () => {
    limited = await startHomeserver({ features: { rateLimits: true } });
  });
  afterAll(async () => limited.stop());

  test('a password is slowed down, and counts with the guesses of requests', async () => {
    const anna = await limited.register('anna');
    browser = new PageBrowser(limited.baseUrl);
    const client = limited.as(anna);
    const session = sessionIn(await client.try('POST', '/account/deactivate', {}));
    const { csrf = '' } = formOf(await browser.get(pathTo(PASSWORD, session)), '/_matrix').fields;
    const guess = async (password: string) => browser.post(pathTo(PASSWORD, session), { csrf, password });
    for (let guesses = 0; guesses < 20; guesses += 1) expect((await guess('a guess')).status).toBe(401);
    const page = await guess(passwordOf('anna'));
    expect([page.status, alertOf(page)]).toEqual([429, expect.stringContaining('Too many attempts.')]);
    const auth = { type: PASSWORD, password: passwordOf('anna'), session };
    expect((await client.try('POST', '/account/deactivate', { auth })).status).toBe(429);
    limited.clock.advance(60_000);
    expect((await guess(passwordOf('anna'))).text).toContain(DONE);
  });

  test('a code is slowed down for an address, whatever the session', async () => {
    browser = new PageBrowser(limited.baseUrl);
    limited.clock.advance(60 * 60 * 1000);
    const session = sessionIn(await limited.anonymous.try('POST', '/register', {}));
    const { csrf = '' } = formOf(await browser.get(pathTo(CODE, session)), '/_matrix').fields;
    const statuses: number[] = [];
    for (let guesses = 0; guesses < 110; guesses += 1)
      statuses.push((await browser.post(pathTo(CODE, session), { csrf, token: `guess${guesses}` })).status);
    expect(new Set(statuses.slice(0, 100))).toEqual(new Set([401]));
    expect(new Set(statuses.slice(100))).toEqual(new Set([429]));
  });
});
