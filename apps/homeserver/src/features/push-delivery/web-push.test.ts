import { createPublicKey, verify, type ECDH } from 'node:crypto';
import { decodeBase64Url, encodeBase64Url } from '@stafette/protocol';
import { SeededRandom, startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { decryptWebPush } from './testing/decrypt-web-push.ts';
import { Receiver } from './testing/receiver.ts';
import { makeKeyPair } from './web-push-encryption.ts';

const random = new SeededRandom('browser');
let homeserver: TestHomeserver;
let service: Receiver;
let anna: TestUser;
let bernd: TestUser;
let roomId: string;
let browser: ECDH;
let authSecret: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  service = await Receiver.open();
  service.answer = (response) => response.writeHead(201).end();
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  browser = makeKeyPair(random);
  authSecret = encodeBase64Url(random.bytes(16));
});
afterEach(async () => service.close());

const subscription = (change: object = {}) => ({
  app_id: 'org.example.web',
  pushkey: encodeBase64Url(browser.getPublicKey()),
  kind: 'webpush',
  app_display_name: 'Web',
  device_display_name: 'Browser',
  lang: 'de',
  data: { url: `${service.origin}/push/for-bernd`, auth: authSecret },
  ...change,
});
const subscribe = async (change: object = {}): Promise<number> =>
  (await homeserver.as(bernd).try('POST', '/pushers/set', subscription(change))).status;
const acknowledge = async (token: unknown) =>
  homeserver.as(bernd).try('POST', '/pushers/ack', { app_id: 'org.example.web', ack_token: token });
const arrived = async (amount: number): Promise<void> => {
  await expect.poll(() => service.received.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(amount);
};
const readMessage = (index: number): Record<string, unknown> => {
  const { body } = service.received[index] ?? expect.unreachable();
  return JSON.parse(decryptWebPush(body, browser, authSecret)) as Record<string, unknown>;
};
const activate = async (): Promise<void> => {
  expect(await subscribe()).toBe(201);
  await arrived(1);
  expect((await acknowledge(readMessage(0)['ack_token'])).status).toBe(200);
};
const pushers = async () => (await homeserver.as(bernd).get<{ pushers: object[] }>('/pushers')).pushers;

test('a browser that has shown that it listens gets messages that it alone can read', async () => {
  await homeserver.as(anna).send(roomId, 'before');
  expect(await subscribe()).toBe(201);
  await arrived(1);
  expect(await pushers()).toMatchObject([{ kind: 'webpush', activated: false }]);
  await homeserver.as(anna).send(roomId, 'not yet');
  const { app_id: appId, ack_token: token } = readMessage(0);
  expect(appId).toBe('org.example.web');
  expect(await acknowledge('another')).toMatchObject({ status: 400, body: { errcode: 'M_UNKNOWN_ACTIVATION_TOKEN' } });
  expect((await acknowledge(token)).status).toBe(200);
  expect(await pushers()).toMatchObject([{ activated: true }]);
  // The same address once more is no other.
  expect(await subscribe()).toBe(200);
  const eventId = await homeserver.as(anna).send(roomId, 'a secret');
  await arrived(2);
  expect(readMessage(1)).toEqual({
    notification: {
      event_id: eventId,
      room_id: roomId,
      prio: 'high',
      counts: { unread: 3 },
      devices: [{ app_id: 'org.example.web', pushkey: subscription().pushkey, tweaks: { sound: 'default' } }],
    },
  });
  expect(service.received[1]).toMatchObject({
    path: '/push/for-bernd',
    headers: { 'content-encoding': 'aes128gcm', ttl: '172800', urgency: 'high' },
  });
  expect(service.received).toHaveLength(2);
});

test('the push service can tell who sends', async () => {
  await activate();
  const { authorization = '' } = service.received[0]?.headers ?? {};
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
  const { capabilities } = await homeserver.as(bernd).get<{ capabilities: object }>('/capabilities');
  expect(capabilities).toMatchObject({ 'm.webpush': { enabled: true, vapid: key } });
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = decodeBase64Url(key) ?? expect.unreachable();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: encodeBase64Url(point.subarray(1, 33)),
    y: encodeBase64Url(point.subarray(33)),
  };
  const signed = Buffer.from(`${head}.${claims}`);
  const bytes = decodeBase64Url(signature) ?? expect.unreachable();
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  expect(verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    aud: service.origin,
    exp: homeserver.clock.nowMs() / 1000 + 12 * 60 * 60,
    sub: 'https://test.example',
  });
});

test('a token to activate runs out, and another address needs another one', async () => {
  expect(await subscribe()).toBe(201);
  await arrived(1);
  homeserver.clock.advance(5 * 60 * 1000);
  expect(await acknowledge(readMessage(0)['ack_token'])).toMatchObject({
    status: 400,
    body: { errcode: 'M_EXPIRED_ACTIVATION_TOKEN' },
  });
  expect(await subscribe()).toBe(201);
  await arrived(2);
  expect((await acknowledge(readMessage(1)['ack_token'])).status).toBe(200);
  expect(await subscribe({ data: { url: `${service.origin}/push/elsewhere`, auth: authSecret } })).toBe(201);
  expect(await pushers()).toMatchObject([{ activated: false }]);
  const answer = await homeserver.as(anna).try('POST', '/pushers/ack', { app_id: 'org.example.web', ack_token: 'a' });
  expect(answer).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
});

test.each([404, 410, 403])('an address that answers %i is forgotten', async (status) => {
  await activate();
  service.answer = (response) => response.writeHead(status).end();
  await homeserver.as(anna).send(roomId, 'one');
  await arrived(2);
  await expect.poll(pushers).toEqual([]);
});

test('a service that is busy is asked again when it said', async () => {
  await activate();
  service.answer = (response) => response.writeHead(429, { 'retry-after': '60' }).end();
  const eventId = await homeserver.as(anna).send(roomId, 'one');
  await arrived(2);
  service.answer = (response) => response.writeHead(201).end();
  homeserver.clock.advance(60_000);
  await arrived(3);
  expect(readMessage(2)).toMatchObject({ notification: { event_id: eventId } });
});

test.each([
  [{ pushkey: 'short' }],
  [{ data: { url: 'https://push.example.org/a' } }],
  [{ data: { url: 'https://push.example.org/a', auth: 'short' } }],
  [{ data: { auth: 'AAAAAAAAAAAAAAAAAAAAAA' } }],
])('a subscription with %j is refused', async (change) => {
  expect(await subscribe(change)).toBe(400);
});

test('a key that is not on the curve costs its pusher, and nobody else', async () => {
  expect(await subscribe({ pushkey: `B${'A'.repeat(86)}` })).toBe(201);
  await expect.poll(pushers).toEqual([]);
  expect(service.received).toHaveLength(0);
  await activate();
});
