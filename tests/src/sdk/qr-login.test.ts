import {
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  type SeenPage,
  startHomeserver,
  type TestHomeserver,
} from '@stafette/testkit';
import { initAsync, QrCodeData, QrCodeIntent } from '@matrix-org/matrix-sdk-crypto-wasm';
import { createClient } from 'matrix-js-sdk';
import {
  MSC4108RendezvousSession,
  MSC4108SecureChannel,
  MSC4108SignInWithQR,
} from 'matrix-js-sdk/lib/rendezvous/index.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Person, registerPerson } from './person.ts';
import { until } from './until.ts';

/**
 * A device logs another one in by a QR code, with both halves of matrix-js-sdk: MSC4108 over the rendezvous of this server
 * and its device grant. https://github.com/matrix-org/matrix-spec-proposals/pull/4108
 */
const LINK = '/_stafette/link';
const RENDEZVOUS = '/_matrix/client/unstable/org.matrix.msc4108/rendezvous';

let homeserver: TestHomeserver;
let clientId: string;
let laptop: Person;
let phone: Person | undefined;
let count = 0;
let deviceId: string;

beforeAll(async () => {
  homeserver = await startHomeserver({ startMs: Date.now() });
  clientId = await new OAuthTestClient(homeserver.baseUrl).registered();
  await initAsync();
  laptop = new Person(homeserver.baseUrl, await registerPerson(homeserver.baseUrl, 'anna'));
  await laptop.start();
  await laptop.setUpRecovery();
});
afterAll(async () => {
  laptop.stop();
  await homeserver.stop();
});
beforeEach(() => {
  count += 1;
  deviceId = `PHONE${count}`;
});
afterEach(() => phone?.stop());

interface Pair {
  /** The device that is logged in. */
  readonly existing: MSC4108SignInWithQR;
  readonly fresh: MSC4108SignInWithQR;
  /** Where the two meet. */
  readonly url: string;
}

/** One device shows a code, the other one scans it, and both have a channel that the server cannot read. */
async function connect(whoShows: 'existing' | 'fresh'): Promise<Pair> {
  const shown = new MSC4108RendezvousSession(
    whoShows === 'existing' ? { client: laptop.client } : { fallbackRzServer: `${homeserver.baseUrl}${RENDEZVOUS}` },
  );
  await shown.send('');
  const channel = new MSC4108SecureChannel(shown);
  const shows = new MSC4108SignInWithQR(channel, false, whoShows === 'existing' ? laptop.client : undefined);
  await shows.generateCode();
  const code = QrCodeData.fromBytes(shows.code ?? new Uint8Array());
  expect(code.mode).toBe(whoShows === 'existing' ? QrCodeIntent.Reciprocate : QrCodeIntent.Login);
  const url = shown.url ?? '';
  const scanned = new MSC4108SecureChannel(new MSC4108RendezvousSession({ url }), code.publicKey);
  const scans = new MSC4108SignInWithQR(scanned, true, whoShows === 'existing' ? undefined : laptop.client);
  await Promise.all([shows.negotiateProtocols(), scans.negotiateProtocols()]);
  expect(scans.checkCode).toMatch(/^\d\d$/);
  expect(shows.checkCode).toBe(scans.checkCode);
  return whoShows === 'existing' ? { existing: shows, fresh: scans, url } : { existing: scans, fresh: shows, url };
}

/** The new device asks for a log-in, and the other one is told where to allow it. */
async function ask({ existing, fresh }: Pair): Promise<string> {
  const metadata = await createClient({ baseUrl: homeserver.baseUrl }).getAuthMetadata();
  const [there, here] = await Promise.all([
    existing.deviceAuthorizationGrant(),
    fresh.deviceAuthorizationGrant({ metadata, clientId, deviceId }),
  ]);
  expect(there.verificationUri).toBe(here.verificationUri);
  expect(there.verificationUri).toContain(encodeURIComponent(here.userCode ?? 'no code'));
  return there.verificationUri ?? '';
}

async function answer(url: string, typed: Readonly<Record<string, string>>): Promise<SeenPage> {
  const browser = new PageBrowser(homeserver.baseUrl);
  return browser.submit(await browser.logIn(await browser.get(url), 'anna', passwordOf('anna')), LINK, typed);
}

const allow = async (url: string): Promise<SeenPage> => answer(url, { decision: 'allow', began_it: 'yes' });

test.each(['existing', 'fresh'] as const)('a log-in by the code that the %s device shows', async (whoShows) => {
  const pair = await connect(whoShows);
  expect((await allow(await ask(pair))).text).toContain('The device is logged in');
  const logIn = async () => {
    const tokens = await pair.fresh.completeLoginOnNewDevice({ clientId });
    return { tokens, secrets: (await pair.fresh.shareSecrets()).secrets };
  };
  const [{ tokens, secrets }] = await Promise.all([logIn(), pair.existing.shareSecrets()]);
  if (tokens === undefined || secrets === undefined) throw new Error('the new device got nothing');
  const { userId } = laptop.credentials;
  phone = new Person(homeserver.baseUrl, { userId, deviceId, accessToken: tokens.access_token, password: '' });
  await phone.start();
  await until('the keys of the phone', async () => {
    const { device_keys: keys } = await homeserver
      .as(laptop.credentials)
      .post<{ device_keys: Record<string, object> }>('/keys/query', { device_keys: { [userId]: [deviceId] } });
    return deviceId in (keys[userId] ?? {});
  });
  await phone.crypto.importSecretsBundle?.(secrets);
  await phone.crypto.crossSignDevice(deviceId);
  expect(await phone.crypto.isCrossSigningReady()).toBe(true);
  await until('the laptop to trust the phone', async () => {
    const status = await laptop.crypto.getDeviceVerificationStatus(userId, deviceId);
    return status?.crossSigningVerified;
  });
  await pair.fresh.close();
  expect((await fetch(pair.url)).status).toBe(404);
});

test('the server keeps nothing of what the devices tell each other that it could read', async () => {
  const pair = await connect('fresh');
  const verificationUri = await ask(pair);
  const note = await (await fetch(pair.url)).text();
  expect(note).not.toContain(deviceId);
  expect(note).not.toContain(new URL(verificationUri).searchParams.get('user_code'));
});

test('a log-in that the other device calls off opens no session', async () => {
  const pair = await connect('existing');
  await allow(await ask(pair));
  await pair.existing.declineLoginOnExistingDevice();
  await expect(pair.fresh.completeLoginOnNewDevice({ clientId })).rejects.toThrow('Failed');
  await expect(laptop.client.getDevice(deviceId)).rejects.toMatchObject({ httpStatus: 404 });
});

test('a log-in that is denied on the page fails on both devices', async () => {
  const pair = await connect('existing');
  expect((await answer(await ask(pair), { decision: 'deny' })).text).toContain('The device is not logged in');
  const both = await Promise.allSettled([
    pair.existing.shareSecrets(),
    pair.fresh.completeLoginOnNewDevice({ clientId }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(laptop.client.getDevice(deviceId)).rejects.toMatchObject({ httpStatus: 404 });
});

test('a device id that is in use is noticed before anybody is asked', async () => {
  const pair = await connect('existing');
  deviceId = laptop.credentials.deviceId;
  await expect(ask(pair)).rejects.toThrow('Specified device ID already exists');
});
