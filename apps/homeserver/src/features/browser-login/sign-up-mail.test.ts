import {
  agencyMail,
  confirmationPathIn,
  type MailSink,
  PageBrowser,
  passwordOf,
  type SeenPage,
  startHomeserver,
  startMailSink,
  type TestClient,
  type TestHomeserver,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

/** Signing up on the pages of an agency that knows its people by a code and by their mail address. */
const ACCOUNT = '/_stafette/account';
const SIGN_UP = `${ACCOUNT}/sign-up`;
const MAIL = `${SIGN_UP}/mail`;

let sink: MailSink;
let homeserver: TestHomeserver;
let admin: TestClient;
let browser: PageBrowser;
let first: SeenPage;
let name: string;
let code: string;
let count = 0;

beforeAll(async () => {
  sink = await startMailSink();
  homeserver = await startHomeserver({ features: { openRegistration: false }, settings: { mail: agencyMail(sink) } });
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => {
  await homeserver.stop();
  await sink.close();
});
beforeEach(async () => {
  count += 1;
  name = `anna${count}`;
  code = (await admin.post<{ code: string }>('/_stafette/admin/v1/invitations', {})).code;
  browser = new PageBrowser(homeserver.baseUrl);
  first = await browser.get(`${SIGN_UP}?continue=${encodeURIComponent(ACCOUNT)}`);
});

const alertOf = ({ text }: SeenPage): string | undefined => /role="alert">([^<]*)</.exec(text)?.[1];
const askForMail = async (email = `${name}@agency.example`): Promise<SeenPage> =>
  browser.submit(first, MAIL, { email });
const signUp = async (page: SeenPage): Promise<SeenPage> =>
  browser.submit(page, SIGN_UP, { name, password: passwordOf(name), invitation: code });
/** Follows the link of the next mail, in whatever browser that opens in. */
async function confirm(): Promise<void> {
  const path = confirmationPathIn(await sink.next()) ?? expect.fail('no link');
  expect((await homeserver.anonymous.try('POST', path)).status).toBe(200);
}

test('an address is asked for first, confirmed by its mail, and then belongs to the account', async () => {
  expect(first.text).not.toContain('name="password"');
  const page = await askForMail();
  expect(page.text).toContain(`If ${name}@agency.example can be used here, it gets a mail now.`);
  await confirm();
  expect((await signUp(page)).text).toContain(`You are logged in as ${name}.`);
  const login = {
    type: 'm.login.password',
    identifier: { type: 'm.id.thirdparty', medium: 'email', address: `${name}@agency.example` },
    password: passwordOf(name),
  };
  expect((await homeserver.anonymous.try('POST', '/login', login)).status).toBe(200);
});

test('without the click nobody gets in, and everything is kept until it came', async () => {
  const page = await signUp(await askForMail());
  expect([page.status, alertOf(page)]).toEqual([
    401,
    'Your mail address is not confirmed yet. Please follow the link in the mail, and try again. Your invitation code has not been used up.',
  ]);
  for (const kept of [name, code]) expect(page.text).toContain(`value="${kept}"`);
  expect(page.text).toContain(`${name}@agency.example`);
  await confirm();
  expect((await signUp(page)).text).toContain(`You are logged in as ${name}.`);
});

test('a confirmed address does not stand for the code', async () => {
  const page = await askForMail();
  await confirm();
  const refused = await browser.submit(page, SIGN_UP, { name, password: passwordOf(name), invitation: 'AAAA' });
  expect(alertOf(refused)).toContain('This invitation code is not known');
  expect((await signUp(refused)).text).toContain(`You are logged in as ${name}.`);
});

test('who leaves the address out, or brings the proof of another browser, gets nothing', async () => {
  const page = await askForMail();
  await confirm();
  const typed = { continue: ACCOUNT, name, password: passwordOf(name), invitation: code };
  const other = new PageBrowser(homeserver.baseUrl);
  const theirs = await other.get(ACCOUNT);
  const proof = /name="proof" value="([^"]+)"/.exec(page.text)?.[1] ?? expect.fail('no proof');
  const theirCsrf = /name="csrf" value="([^"]+)"/.exec(theirs.text)?.[1] ?? expect.fail('no token');
  for (const more of [{}, { proof }, { proof: 'made-up' }])
    expect((await other.post(SIGN_UP, { ...typed, ...more, csrf: theirCsrf })).status).toBe(401);
  expect((await signUp(page)).text).toContain(`You are logged in as ${name}.`);
});

test.each([
  ['anna@elsewhere.example', 403, 'Mail addresses of this domain are not admitted here.'],
  ['no address', 400, 'This is not a mail address that can be used here.'],
  ['"><script>@agency.example', 400, 'This is not a mail address that can be used here.'],
])('%s gets no mail, and one may type another', async (email, status, told) => {
  const page = await askForMail(email);
  expect([page.status, alertOf(page)]).toEqual([status, told]);
  expect(page.text).not.toContain('<script');
  first = page;
  expect((await askForMail()).text).toContain('it gets a mail now');
  await sink.next();
});

test('an address that has an account is answered as any other, and its mailbox alone is told', async () => {
  const page = await askForMail();
  await confirm();
  await signUp(page);
  browser = new PageBrowser(homeserver.baseUrl);
  first = await browser.get(`${SIGN_UP}?continue=${encodeURIComponent(ACCOUNT)}`);
  expect((await askForMail()).text).toContain('it gets a mail now');
  expect((await sink.next()).content).not.toContain('/email/confirm');
});
