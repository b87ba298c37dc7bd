import {
  agencyMail,
  confirmationPathIn,
  type Answer,
  formOf,
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

/** The stage in which an address is proved, on a page. */
const EMAIL = 'm.login.email.identity';
const CODE = 'm.login.registration_token';
const MAIL = '/_stafette/stage/mail';

let sink: MailSink;
let homeserver: TestHomeserver;
let admin: TestClient;
let browser: PageBrowser;
let name: string;
let address: string;
let session: string;
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
  address = `${name}@agency.example`;
  browser = new PageBrowser(homeserver.baseUrl);
  session = sessionIn(await register());
});

const register = async (auth?: object): Promise<Answer> =>
  homeserver.anonymous.try('POST', '/register', { username: name, password: passwordOf(name), auth });
function sessionIn({ body }: Answer): string {
  return typeof body['session'] === 'string' ? body['session'] : expect.fail('no session');
}
const pathTo = (stage: string, of = session): string => `/_matrix/client/v3/auth/${stage}/fallback/web?session=${of}`;
const alertOf = ({ text }: SeenPage): string | undefined => /role="alert">([^<]*)</.exec(text)?.[1];
const askForMail = async (email = address, of = session): Promise<SeenPage> =>
  browser.submit(await browser.get(pathTo(EMAIL, of)), MAIL, { email });
const goOn = async (page: SeenPage): Promise<SeenPage> => browser.submit(page, '/_matrix/client/v3/auth/');
async function confirm(): Promise<void> {
  const path = confirmationPathIn(await sink.next()) ?? expect.fail('no link');
  expect((await homeserver.anonymous.try('POST', path)).status).toBe(200);
}
async function takeCode(): Promise<void> {
  const { code } = await admin.post<{ code: string }>('/_stafette/admin/v1/invitations');
  await browser.submit(await browser.get(pathTo(CODE)), '/_matrix/client/v3/auth/', { token: code });
}

test('who registers proves an address and shows a code, each on its page, and then has both', async () => {
  // The code comes second.
  expect((await browser.get(pathTo(CODE))).status).toBe(404);
  const page = await askForMail();
  expect(page.text).toContain(`If ${address} can be used here, it gets a mail now.`);
  const early = await goOn(page);
  expect([early.status, alertOf(early)]).toEqual([401, expect.stringContaining('not confirmed yet')]);
  await confirm();
  expect((await goOn(early)).text).toContain('Go back to the application.');
  expect((await register({ session })).body).toMatchObject({ completed: [EMAIL] });
  await takeCode();
  expect((await register({ session })).status).toBe(200);
  const login = {
    type: 'm.login.password',
    identifier: { type: 'm.id.thirdparty', medium: 'email', address },
    password: passwordOf(name),
  };
  expect((await homeserver.anonymous.try('POST', '/login', login)).status).toBe(200);
});

test('who has forgotten the password proves the address on the page, and sets another', async () => {
  const first = await askForMail();
  await confirm();
  await goOn(first);
  await takeCode();
  await register({ session });
  const reset = async (auth?: object) =>
    homeserver.anonymous.try('POST', '/account/password', { new_password: passwordOf('another'), auth });
  const of = sessionIn(await reset());
  expect((await browser.get(pathTo(EMAIL, of))).text).toContain('because you have forgotten yours');
  const page = await askForMail(address, of);
  await confirm();
  await goOn(page);
  expect((await reset({ session: of })).status).toBe(200);
});

test('the proof of another browser, of another session or made up proves nothing', async () => {
  const page = await askForMail();
  await confirm();
  const { proof = '' } = formOf(page, '/_matrix').fields;
  const stranger = new PageBrowser(homeserver.baseUrl);
  const { csrf = '' } = formOf(await stranger.get(pathTo(EMAIL)), MAIL).fields;
  for (const made of [proof, 'made up', ''])
    expect((await stranger.post(pathTo(EMAIL), { csrf, proof: made })).status).toBe(401);
  const forReset = sessionIn(
    await homeserver.anonymous.try('POST', '/account/password', { new_password: 'a-new-one-1' }),
  );
  const { csrf: own = '' } = formOf(await browser.get(pathTo(EMAIL)), MAIL).fields;
  expect((await browser.post(pathTo(EMAIL, forReset), { csrf: own, proof })).status).toBe(401);
});

test.each([
  ['anna@elsewhere.example', 403, 'Mail addresses of this domain are not admitted here.'],
  ['no address', 400, 'This is not a mail address that can be used here.'],
  ['"><script>@agency.example', 400, 'This is not a mail address that can be used here.'],
])('%s gets no mail, and one may type another', async (email, status, told) => {
  const page = await askForMail(email);
  expect([page.status, alertOf(page)]).toEqual([status, told]);
  expect(page.text).not.toContain('<script');
  const again = await browser.submit(page, MAIL, { email: address });
  expect(again.text).toContain('it gets a mail now');
  await sink.next();
});

test('no mail is sent for a session that is not there', async () => {
  const { csrf = '' } = formOf(await browser.get(pathTo(EMAIL)), MAIL).fields;
  expect((await browser.post(`${MAIL}?session=made-up`, { csrf, email: address })).status).toBe(404);
});
