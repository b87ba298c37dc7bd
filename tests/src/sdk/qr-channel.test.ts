import { Ecies, type EstablishedEcies, initAsync, QrCodeData, QrCodeIntent } from '@matrix-org/matrix-sdk-crypto-wasm';
import {
  DEVICE_GRANT,
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  scopeOf,
  startHomeserver,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * A log-in by QR code over the channels of MSC4388, whose cryptography is that of the SDK: no client speaks them yet from end
 * to end. https://github.com/matrix-org/matrix-spec-proposals/pull/4388
 */
const CHANNELS = '/_matrix/client/unstable/io.element.msc4388/rendezvous';

let homeserver: TestHomeserver;
let client: OAuthTestClient;
let clientId: string;
let anna: TestUser;

beforeAll(async () => {
  await initAsync();
  homeserver = await startHomeserver();
  client = new OAuthTestClient(homeserver.baseUrl);
  clientId = await client.registered();
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());

/** One device's end: what it has read last is what it replaces. */
class End {
  readonly id: string;
  #token: string | undefined;

  constructor(id: string, token?: string) {
    this.id = id;
    this.#token = token;
  }

  static async open(): Promise<End> {
    const opened = await homeserver.anonymous.post<{ id: string; sequence_token: string }>(CHANNELS, { data: '' });
    return new End(opened.id, opened.sequence_token);
  }

  async read(): Promise<string> {
    const path = `${CHANNELS}/${this.id}`;
    const { data, sequence_token: token } = await homeserver.anonymous.get<{ data: string; sequence_token: string }>(
      path,
    );
    if (token === this.#token) throw new Error('the other device has not written yet');
    this.#token = token;
    return data;
  }

  async write(data: string): Promise<void> {
    const body = { data, sequence_token: this.#token };
    const answer = await homeserver.anonymous.put<{ sequence_token: string }>(`${CHANNELS}/${this.id}`, body);
    this.#token = answer.sequence_token;
  }
}

/** What a device says to the other one, and what the server sees of it is something else. */
const tell = async (end: End, channel: EstablishedEcies, message: object): Promise<void> =>
  end.write(channel.encrypt(JSON.stringify(message)));

async function hear(end: End, channel: EstablishedEcies): Promise<Readonly<Record<string, string>>> {
  const sealed = await end.read();
  expect(sealed).not.toContain('m.login');
  // Written by the other half of this test.
  return JSON.parse(channel.decrypt(sealed)) as Record<string, string>;
}

test('a laptop shows a code, a phone scans it, asks to be logged in, and is', async () => {
  const laptop = { end: await End.open(), keys: new Ecies() };
  const shown = QrCodeData.newMsc4388(
    laptop.keys.public_key(),
    laptop.end.id,
    homeserver.baseUrl,
    QrCodeIntent.Reciprocate,
  ).toBytes();

  const code = QrCodeData.fromBytes(shown);
  const place = code.intentData.msc4388;
  expect([code.mode, place?.baseUrl]).toEqual([QrCodeIntent.Reciprocate, `${homeserver.baseUrl}/`]);
  const phone = { end: new End(place?.rendezvousId ?? ''), keys: new Ecies() };
  await phone.end.read();
  const outbound = phone.keys.establish_outbound_channel(code.publicKey, 'MATRIX_QR_CODE_LOGIN_INITIATE');
  await phone.end.write(outbound.initial_message);
  const inbound = laptop.keys.establish_inbound_channel(await laptop.end.read());
  expect(inbound.message).toBe('MATRIX_QR_CODE_LOGIN_INITIATE');
  await laptop.end.write(inbound.channel.encrypt('MATRIX_QR_CODE_LOGIN_OK'));
  expect(outbound.channel.decrypt(await phone.end.read())).toBe('MATRIX_QR_CODE_LOGIN_OK');
  expect(outbound.channel.check_code().to_digit()).toBe(inbound.channel.check_code().to_digit());

  const { body: codes } = await client.form('device', { client_id: clientId, scope: scopeOf('PHONE') });
  await tell(phone.end, outbound.channel, {
    type: 'm.login.protocol',
    protocol: 'device_authorization_grant',
    verification_uri_complete: codes['verification_uri_complete'],
    device_id: 'PHONE',
  });
  const asked = await hear(laptop.end, inbound.channel);
  const browser = new PageBrowser(homeserver.baseUrl);
  const page = await browser.get(asked['verification_uri_complete'] ?? '');
  const question = await browser.logIn(page, 'anna', passwordOf('anna'));
  await browser.submit(question, '/_stafette/link', { decision: 'allow', began_it: 'yes' });
  await tell(laptop.end, inbound.channel, { type: 'm.login.protocol_accepted' });

  expect(await hear(phone.end, outbound.channel)).toEqual({ type: 'm.login.protocol_accepted' });
  const { body: tokens } = await client.token({
    grant_type: DEVICE_GRANT,
    client_id: clientId,
    device_code: String(codes['device_code']),
  });
  await tell(phone.end, outbound.channel, { type: 'm.login.success' });
  expect(await hear(laptop.end, inbound.channel)).toEqual({ type: 'm.login.success' });
  expect(await homeserver.as(anna).get('/devices/PHONE')).toMatchObject({ device_id: 'PHONE' });
  const session = homeserver.as({ accessToken: String(tokens['access_token']) });
  expect(await session.get('/account/whoami')).toMatchObject({ user_id: anna.userId, device_id: 'PHONE' });

  await homeserver.anonymous.delete(`${CHANNELS}/${laptop.end.id}`);
  expect((await homeserver.anonymous.try('GET', `${CHANNELS}/${phone.end.id}`)).status).toBe(404);
});
