import {
  agencyMail,
  startHomeserver,
  startMailSink,
  type MailSink,
  type TestClient,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let sink: MailSink;
let homeserver: TestHomeserver;
let admin: TestClient;
let asAnna: TestClient;
let bernd: TestUser;
let asBernd: TestClient;
let address: string;
let roomId: string;
let count = 0;

beforeAll(async () => {
  sink = await startMailSink();
  const mail = { ...agencyMail(sink), domains: undefined, isRequiredAtRegistration: false, linkOrigins: undefined };
  homeserver = await startHomeserver({ settings: { publicUrl: 'https://chat.test.example', mail } });
  admin = homeserver.as(await homeserver.registerAdministrator('owner'));
  asAnna = homeserver.as(await homeserver.register('anna'));
});
afterAll(async () => {
  await homeserver.stop();
  await sink.close();
});
const setAddresses = async (...addresses: string[]) =>
  admin.put(`/_synapse/admin/v2/users/${encodeURIComponent(bernd.userId)}`, {
    threepids: addresses.map((each) => ({ medium: 'email', address: each })),
  });
beforeEach(async () => {
  count += 1;
  address = `bernd${count}@agency.example`;
  bernd = await homeserver.register(`bernd${count}`);
  asBernd = homeserver.as(bernd);
  await setAddresses(address);
  roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(roomId);
});

const pusher = (change: object = {}) => ({
  kind: 'email',
  app_id: 'm.email',
  pushkey: address,
  app_display_name: 'Email Notifications',
  device_display_name: address,
  lang: 'de-DE',
  data: { brand: 'App' },
  ...change,
});
const setPusher = async () => asBernd.post('/pushers/set', pusher());
const mailCount = (): number => sink.received.filter(({ recipients }) => recipients.includes(address)).length;
/** Long enough for the queue to be looked at twice. */
const nothingComes = async (): Promise<void> => {
  const before = mailCount();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(mailCount()).toBe(before);
};
/** Says something, and comes back when it waits for its mail: the clock stands until then. */
const say = async (text: string): Promise<string> => {
  const eventId = await asAnna.send(roomId, text);
  const { reader } = homeserver.database.database;
  const waiting = async () => reader.query(sql`select from push_pending where event_id = ${eventId}`);
  await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
  return eventId;
};

describe('a pusher by mail', () => {
  test('is for an address of the account, and is that of no device', async () => {
    for (const [change, errcode] of [
      [{ pushkey: 'anna@agency.example' }, 'M_THREEPID_NOT_FOUND'],
      [{ pushkey: 'no address' }, 'M_THREEPID_NOT_FOUND'],
      [{ app_id: 'org.example.app' }, 'M_INVALID_PARAM'],
      [{ data: undefined }, 'M_MISSING_PARAM'],
    ] as const)
      expect(await asBernd.try('POST', '/pushers/set', pusher(change))).toMatchObject({
        status: 400,
        body: { errcode },
      });
    await setPusher();
    const { pushers } = await asBernd.get<{ pushers: object[] }>('/pushers');
    expect(pushers).toEqual([{ ...pusher(), 'org.matrix.msc3881.enabled': true }]);
    await asBernd.post('/pushers/set', { kind: null, app_id: 'm.email', pushkey: address });
    expect(await asBernd.get('/pushers')).toEqual({ pushers: [] });
  });

  test('writes once of what is not read for a while, and once a day at most', async () => {
    await setPusher();
    await say('canary');
    homeserver.clock.advance(9 * MINUTE_MS);
    await nothingComes();
    homeserver.clock.advance(MINUTE_MS);
    const { recipients, content } = await sink.next();
    expect(recipients).toEqual([address]);
    expect(content).toContain('Ungelesene Nachrichten auf test.example');
    expect(content).toContain('https://chat.test.example');
    expect(content).not.toMatch(/canary|anna/);
    await say('more');
    await say('and more');
    homeserver.clock.advance(22 * HOUR_MS);
    await nothingComes();
    homeserver.clock.advance(HOUR_MS);
    expect((await sink.next()).recipients).toEqual([address]);
    homeserver.clock.advance(48 * HOUR_MS);
    await nothingComes();
  }, 30_000);

  test('writes nothing of what was read, and nothing to an address that was given up', async () => {
    await setPusher();
    const eventId = await say('soon read');
    homeserver.clock.advance(5 * MINUTE_MS);
    await asBernd.post(`/rooms/${encodeURIComponent(roomId)}/receipt/m.read/${encodeURIComponent(eventId)}`);
    homeserver.clock.advance(HOUR_MS);
    await nothingComes();
    await say('too late');
    await setAddresses();
    homeserver.clock.advance(HOUR_MS);
    await expect.poll(async () => asBernd.get('/pushers'), { timeout: 10_000 }).toEqual({ pushers: [] });
    expect(mailCount()).toBe(0);
  }, 30_000);
});

test('where no mail is sent, there is no pusher by mail', async () => {
  const server = await startHomeserver();
  try {
    const client = server.as(await server.register('anna'));
    expect(await client.try('POST', '/pushers/set', pusher())).toMatchObject({
      status: 400,
      body: { errcode: 'M_THREEPID_NOT_FOUND' },
    });
  } finally {
    await server.stop();
  }
});
