import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalJson, type JsonObject } from '@stafette/protocol';
import {
  OAuthTestClient,
  PageBrowser,
  passwordOf,
  startHomeserver,
  type TestClient,
  type TestHomeserver,
  VERIFIER,
} from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * What FluffyChat 2.9 asks on Linux, with version 10 of its SDK, from its first start to its first encrypted room, in this
 * order. The expectations are what it cannot do without: an answer that it cannot read ends its log-in.
 */
const ANNA = '@anna:test.example';
const DEVICE = 'FLUFFYLINX';
const REDIRECT_URI = 'http://localhost:3001/login';

/** A name beyond these ends the log-in with an error. */
const ACCOUNT_ACTIONS = [
  'org.matrix.account_deactivate',
  'org.matrix.cross_signing_reset',
  'org.matrix.device_delete',
  'org.matrix.device_view',
  'org.matrix.devices_list',
  'org.matrix.profile',
];

interface Synced extends JsonObject {
  readonly next_batch: string;
  readonly account_data?: { readonly events: { readonly type: string }[] };
  readonly rooms?: {
    readonly join?: Record<string, JsonObject>;
    readonly invite?: Record<string, { readonly invite_state: { readonly events: JsonObject[] } }>;
  };
}

const keyPair = generateKeyPairSync('ed25519');
const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');
const textOf = (publicKey: KeyObject): string =>
  unpadded(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
const KEY = textOf(keyPair.publicKey);
const signed = (object: JsonObject, name: string): JsonObject => {
  const signature = unpadded(sign(null, Buffer.from(canonicalJson(object)), keyPair.privateKey));
  return { ...object, signatures: { [ANNA]: { [`ed25519:${name}`]: signature } } };
};

const keysOf = (device: string): JsonObject => ({
  device_keys: signed(
    {
      user_id: ANNA,
      device_id: device,
      algorithms: ['m.olm.v1.curve25519-aes-sha2', 'm.megolm.v1.aes-sha2'],
      keys: { [`curve25519:${device}`]: KEY, [`ed25519:${device}`]: KEY },
    },
    device,
  ),
  one_time_keys: { 'signed_curve25519:AAAAAQ': signed({ key: KEY }, device) },
  fallback_keys: { 'signed_curve25519:AAAAAA': signed({ key: KEY, fallback: true }, device) },
});

let homeserver: TestHomeserver;
let oauth: OAuthTestClient;
let clientId: string;
let anna: TestClient;
let bernd: TestClient;
let accessToken: string;
let filterId: string;
let since: string | undefined;

beforeAll(async () => {
  homeserver = await startHomeserver();
  await homeserver.register('anna');
  bernd = homeserver.as(await homeserver.register('bernd'));
  oauth = new OAuthTestClient(homeserver.baseUrl);
});
afterAll(async () => homeserver.stop());

const sync = async (): Promise<Synced> => {
  const query = new URLSearchParams({
    filter: filterId,
    ...(since === undefined ? {} : { since }),
    set_presence: 'online',
    timeout: '0',
  });
  const answer = await anna.get<Synced>(`/sync?${query.toString()}`);
  since = answer.next_batch;
  return answer;
};
const accountData = (type: string): string => `/user/${ANNA}/account_data/${type}`;

describe('logging in', () => {
  test('the server is one that it knows to talk to', async () => {
    const { versions } = await homeserver.anonymous.get<{ versions: string[] }>('/_matrix/client/versions');
    expect(versions).toContain('v1.11');
    const { flows } = await homeserver.anonymous.get<{ flows: { type: string }[] }>('/login');
    expect(flows).toContainEqual({ type: 'm.login.password' });
    const metadata = await homeserver.anonymous.get('/_matrix/client/v1/auth_metadata');
    for (const name of ['authorization', 'registration', 'revocation', 'token'])
      expect(metadata[`${name}_endpoint`]).toEqual(expect.any(String));
    for (const action of metadata['account_management_actions_supported'] as string[])
      expect(ACCOUNT_ACTIONS).toContain(action);
  });

  test('it registers the address that it listens on, with its port', async () => {
    const site = 'https://fluffychat.example';
    const { status, body } = await oauth.register({
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      application_type: 'native',
      client_name: 'FluffyChat',
      client_uri: site,
      logo_uri: `${site}/assets/favicon.png`,
      tos_uri: `${site}/tos`,
      policy_uri: `${site}/privacy`,
    });
    expect(status).toBe(201);
    clientId = String(body['client_id']);
  });

  test('a browser brings the code, for the scope from before the specification', async () => {
    const browser = new PageBrowser(homeserver.baseUrl);
    const scope = `openid urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:${DEVICE}`;
    const query = { redirect_uri: REDIRECT_URI, scope, response_mode: 'query' };
    const page = await browser.get(oauth.authorizePath(clientId, DEVICE, query));
    const consent = await browser.logIn(page, 'anna', passwordOf('anna'));
    const { headers } = await browser.submit(consent, '/_stafette/oauth/authorize', { decision: 'allow' });
    const callback = new URL(headers.get('location') ?? 'none:');
    expect(`${callback.origin}${callback.pathname}`).toBe(REDIRECT_URI);
    const { body } = await oauth.token({
      grant_type: 'authorization_code',
      client_id: clientId,
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) });
    expect(body['refresh_token']).toEqual(expect.any(String));
    accessToken = String(body['access_token']);
    anna = homeserver.as({ accessToken });
    expect(await anna.get('/account/whoami')).toMatchObject({ user_id: ANNA, device_id: DEVICE });
  });
});

describe('the first start', () => {
  test('keys are uploaded and counted', async () => {
    const uploaded = await anna.post('/keys/upload', keysOf(DEVICE));
    expect(uploaded).toMatchObject({ one_time_key_counts: { signed_curve25519: 1 } });
  });

  test('it synchronises with a filter of its own', async () => {
    const filter = { room: { state: { lazy_load_members: true } } };
    filterId = (await anna.post<{ filter_id: string }>(`/user/${ANNA}/filter`, filter)).filter_id;
    expect(await sync()).toMatchObject({ device_one_time_keys_count: { signed_curve25519: 1 } });
  });

  test('what is not there is said to be not there, and nothing else', async () => {
    for (const path of [
      accountData('m.megolm_backup.v1'),
      accountData('m.cross_signing.master'),
      '/room_keys/version',
      '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device',
    ])
      expect(await anna.try('GET', path)).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
    expect(await anna.get('/pushers')).toEqual({ pushers: [] });
  });

  test('secret storage comes back in a sync, cross-signing needs no password, and a backup begins', async () => {
    const description = { algorithm: 'm.secret_storage.v1.aes-hmac-sha2', iv: 'aXY', mac: 'bWFj' };
    await anna.put(accountData('m.secret_storage.key.first'), description);
    const echoed = (await sync()).account_data?.events.map(({ type }) => type);
    expect(echoed).toContain('m.secret_storage.key.first');
    const keyFor = (usage: string, key = textOf(generateKeyPairSync('ed25519').publicKey)): JsonObject => ({
      user_id: ANNA,
      usage: [usage],
      keys: { [`ed25519:${key}`]: key },
    });
    await anna.post('/keys/device_signing/upload', {
      master_key: keyFor('master', KEY),
      self_signing_key: signed(keyFor('self_signing'), KEY),
      user_signing_key: signed(keyFor('user_signing'), KEY),
    });
    await anna.put(accountData('m.secret_storage.default_key'), { key: 'first' });
    const backup = { algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2', auth_data: { public_key: KEY } };
    const { version } = await anna.post<{ version: string }>('/room_keys/version', backup);
    expect(await anna.get('/room_keys/version')).toMatchObject({ ...backup, version, count: 0 });
  });

  test('a sealed device is kept, and asked for what it received', async () => {
    const path = '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device';
    const data = { algorithm: 'com.famedly.dehydrated_device.raw_olm_account', device: 'c2VhbGVk' };
    const sealed = { device_id: 'SEALED', initial_device_display_name: 'Dehydrated Device', device_data: data };
    expect(await anna.put(path, { ...sealed, ...keysOf('SEALED') })).toEqual({ device_id: 'SEALED' });
    expect(await anna.get(path)).toEqual({ device_id: 'SEALED', device_data: data });
    const received = await anna.post(`${path}/SEALED/events?limit=100`);
    expect(received).toEqual({ events: [], next_batch: expect.any(String) });
  });

  test('a gateway is set in the short format, and taken away again', async () => {
    const pusher = {
      app_id: 'chat.fluffy.fluffychat.data_message',
      pushkey: 'token',
      app_display_name: 'FluffyChat',
      device_display_name: 'FluffyChat linux',
      lang: 'en',
      kind: 'http',
      data: { url: 'https://push.fluffychat.example/_matrix/push/v1/notify', format: 'event_id_only' },
    };
    await anna.post('/pushers/set', { ...pusher, append: true });
    expect(await anna.get('/pushers')).toMatchObject({ pushers: [pusher] });
    await anna.post('/pushers/set', { app_id: pusher.app_id, pushkey: pusher.pushkey, kind: null });
    expect(await anna.get('/pushers')).toEqual({ pushers: [] });
  });
});

test('an encrypted conversation shows up on both sides, and what was read is marked in one request', async () => {
  const roomId = await anna.createRoom({
    invite: ['@bernd:test.example'],
    is_direct: true,
    preset: 'trusted_private_chat',
    initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  });
  expect((await sync()).rooms?.join).toHaveProperty([roomId]);
  await anna.put(accountData('m.direct'), { '@bernd:test.example': [roomId] });
  const invited = (await bernd.sync<Synced>()).rooms?.invite?.[roomId]?.invite_state.events;
  expect(invited?.map(({ type }) => type)).toContain('m.room.encryption');
  await bernd.join(roomId);
  const content = { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AwgA', session_id: 'S', sender_key: KEY };
  const path = `/rooms/${roomId}/send/m.room.encrypted/fluffy-1`;
  const { event_id: eventId } = await anna.put<{ event_id: string }>(path, { ...content, device_id: DEVICE });
  await bernd.post(`/rooms/${roomId}/read_markers`, { 'm.fully_read': eventId, 'm.read': eventId });
  expect((await sync()).rooms?.join?.[roomId]).toMatchObject({
    ephemeral: { events: [{ type: 'm.receipt', content: { [eventId]: { 'm.read': { '@bernd:test.example': {} } } } }] },
  });
});

test('logging out revokes the token', async () => {
  const { status } = await oauth.form('revoke', {
    token: accessToken,
    token_type: 'access_token',
    client_id: clientId,
  });
  expect(status).toBe(200);
  expect((await anna.try('GET', '/account/whoami')).status).toBe(401);
});
