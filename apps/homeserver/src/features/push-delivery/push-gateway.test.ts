import { mkdtemp } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, silentLog, systemRandom, type Homeserver } from '@stafette/homeserver';
import { parseServerName } from '@stafette/protocol';
import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conformanceFeatures } from '../../config/conformance.ts';
import { sql } from '../../database/sql.ts';
import { Receiver } from './testing/receiver.ts';

interface Notification {
  readonly event_id?: string;
  readonly room_id?: string;
  readonly type?: string;
  readonly sender?: string;
  readonly user_is_target?: boolean;
  readonly content?: { readonly body?: string };
  readonly counts: { readonly unread?: number };
  readonly prio: string;
  readonly devices: readonly { readonly pushkey: string; readonly data: object; readonly tweaks: object }[];
}

let homeserver: TestHomeserver;
let gateway: Receiver;
let anna: TestUser;
let bernd: TestUser;
let roomId: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  gateway = await Receiver.open();
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat', name: 'Talk' });
  await homeserver.as(bernd).join(roomId);
});
afterEach(async () => gateway.close());

const pusherAt = (url: string, change: object = {}) => ({
  app_id: 'org.example.app',
  pushkey: `key${count}`,
  kind: 'http',
  app_display_name: 'App',
  device_display_name: 'Phone',
  lang: 'de',
  data: { url: `${url}/_matrix/push/v1/notify`, colour: 'green', auth: 'of the app with its gateway' },
  ...change,
});
const setPusher = async (user: TestUser, change: object = {}): Promise<void> => {
  await homeserver.as(user).post('/pushers/set', pusherAt(gateway.origin, change));
};
const notifications = (from = gateway): readonly Notification[] =>
  // What the gateway API says about the body.
  from.received.map(({ body }) => (JSON.parse(body.toString()) as { notification: Notification }).notification);
const eventIds = (from = gateway): readonly (string | undefined)[] => notifications(from).map((one) => one.event_id);
const say = async (text: string): Promise<string> => homeserver.as(anna).send(roomId, text);
const sendContent = async (user: TestUser, type: string, content: object): Promise<string> => {
  const path = `/rooms/${encodeURIComponent(roomId)}/send/${type}/${crypto.randomUUID()}`;
  return (await homeserver.as(user).put<{ event_id: string }>(path, content)).event_id;
};
const arrived = async (amount: number, from = gateway): Promise<void> => {
  await expect.poll(() => from.received.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(amount);
};
const read = async (eventId: string): Promise<void> => {
  await homeserver.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/receipt/m.read/${encodeURIComponent(eventId)}`);
};

describe('a message', () => {
  test('reaches the gateway of its readers, with all that the client asked for', async () => {
    await setPusher(bernd);
    await setPusher(anna, { pushkey: 'of the sender' });
    const eventId = await say('good morning');
    await arrived(1);
    expect(gateway.received[0]?.path).toBe('/_matrix/push/v1/notify');
    expect(notifications()).toEqual([
      {
        event_id: eventId,
        room_id: roomId,
        type: 'm.room.message',
        sender: anna.userId,
        sender_display_name: `anna${count}`,
        room_name: 'Talk',
        content: { msgtype: 'm.text', body: 'good morning' },
        counts: { unread: 1 },
        prio: 'high',
        devices: [
          {
            app_id: 'org.example.app',
            pushkey: `key${count}`,
            pushkey_ts: Math.floor(homeserver.clock.nowMs() / 1000),
            data: { colour: 'green', auth: 'of the app with its gateway' },
            tweaks: { sound: 'default' },
          },
        ],
      },
    ]);
  });

  test('is told by ids alone when the client wants no more', async () => {
    await setPusher(bernd, { data: { url: `${gateway.origin}/_matrix/push/v1/notify`, format: 'event_id_only' } });
    const eventId = await say('good morning');
    await arrived(1);
    expect(Object.keys(notifications()[0] ?? {}).toSorted()).toEqual([
      'counts',
      'devices',
      'event_id',
      'prio',
      'room_id',
    ]);
    expect(eventIds()).toEqual([eventId]);
  });

  test('comes after those before it, and the number of unread ones grows', async () => {
    await setPusher(bernd);
    const sent: string[] = [];
    for (let n = 0; n < 20; n += 1) sent.push(await say(`message ${n}`));
    await arrived(20);
    expect(eventIds()).toEqual(sent);
    expect(notifications().at(-1)?.counts).toEqual({ unread: 20 });
  });

  test('reaches each device of its readers once, though they answer at the same moment', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `device ${index}`);
    for (const pushkey of keys) await setPusher(bernd, { pushkey, append: true });
    const sent: string[] = [];
    for (let n = 0; n < 10; n += 1) sent.push(await say(`message ${n}`));
    const last = await say('the last');
    const received = (): string[] =>
      notifications().map(({ event_id: eventId, devices }) => `${devices[0]?.pushkey ?? ''} ${eventId ?? ''}`);
    const arrivedLast = () => received().filter((one) => one.endsWith(last)).length;
    await expect.poll(arrivedLast, { timeout: 10_000 }).toBe(keys.length);
    const expected = keys.flatMap((key) => [...sent, last].map((eventId) => `${key} ${eventId}`));
    expect(received().toSorted()).toEqual(expected.toSorted());
  });

  test('of an encrypted room, a mention and an invitation notify; a reaction, an edit and a notice do not', async () => {
    await setPusher(bernd);
    const expected = [
      await sendContent(anna, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AA' }),
      await sendContent(anna, 'm.room.message', {
        msgtype: 'm.text',
        body: 'you',
        'm.mentions': { user_ids: [bernd.userId] },
      }),
    ];
    const about = { event_id: expected[0], rel_type: 'm.annotation', key: '+' };
    await sendContent(anna, 'm.reaction', { 'm.relates_to': about });
    await sendContent(anna, 'm.room.message', { msgtype: 'm.notice', body: 'a robot' });
    await sendContent(anna, 'm.room.message', {
      msgtype: 'm.text',
      body: '* a',
      'm.relates_to': { rel_type: 'm.replace', event_id: expected[1] },
    });
    const other = await homeserver.as(anna).createRoom();
    await homeserver.as(anna).invite(other, bernd.userId);
    await arrived(3);
    expect(eventIds().slice(0, 2)).toEqual(expected);
    expect(notifications()[1]?.devices[0]?.tweaks).toEqual({ sound: 'default', highlight: true });
    expect(notifications()[2]).toMatchObject({ room_id: other, type: 'm.room.member', user_is_target: true });
    expect(gateway.received).toHaveLength(3);
  });

  test('of somebody who is ignored, in a room that is muted, or of before the pusher does not', async () => {
    await say('early');
    await setPusher(bernd);
    const client = homeserver.as(bernd);
    const carla = await homeserver.register(`carla${count}`);
    await homeserver.as(carla).join(roomId);
    const ignored = { ignored_users: { [carla.userId]: {} } };
    await client.put(`/user/${encodeURIComponent(bernd.userId)}/account_data/m.ignored_user_list`, ignored);
    await homeserver.as(carla).send(roomId, 'ignored');
    const quiet = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
    await client.join(quiet);
    const conditions = [{ kind: 'event_match', key: 'room_id', pattern: quiet }];
    await client.put(`/pushrules/global/override/${encodeURIComponent(quiet)}`, { actions: [], conditions });
    await homeserver.as(anna).send(quiet, 'muted');
    const heard = await say('heard');
    await arrived(1);
    expect(eventIds()).toEqual([heard]);
  });

  test('that nobody can be told of any more is not told: it was redacted, or its reader left', async () => {
    gateway.answer = (response) => response.writeHead(500).end();
    await setPusher(bernd);
    const withdrawn = await say('withdrawn');
    await arrived(1);
    await homeserver.as(anna).put(`/rooms/${encodeURIComponent(roomId)}/redact/${withdrawn}/once`, {});
    gateway.answer = (response) => response.end('{"rejected":[]}');
    homeserver.clock.advance(2_000);
    const after = await say('after');
    await arrived(2);
    expect(eventIds()).toEqual([withdrawn, after]);
  });
});

describe('a pusher', () => {
  test('that the gateway rejects is removed, and only that one', async () => {
    gateway.answer = (response) => response.end(JSON.stringify({ rejected: [`key${count}`] }));
    await setPusher(bernd);
    await setPusher(bernd, { pushkey: 'another' });
    await say('one');
    await arrived(2);
    await expect
      .poll(async () => (await homeserver.as(bernd).get<{ pushers: { pushkey: string }[] }>('/pushers')).pushers)
      .toMatchObject([{ pushkey: 'another' }]);
  });

  test('is switched off and on by another device, and stays that of the device that made it', async () => {
    await setPusher(bernd);
    const { access_token: accessToken } = await homeserver.anonymous.post<{ access_token: string }>('/login', {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: `bernd${count}` },
      password: `bernd${count}-password-1`,
    });
    const laptop = homeserver.as({ accessToken });
    await laptop.post('/pushers/set', { ...pusherAt(gateway.origin), 'org.matrix.msc3881.enabled': false });
    expect(await laptop.get('/pushers')).toMatchObject({
      pushers: [{ 'org.matrix.msc3881.enabled': false, 'org.matrix.msc3881.device_id': bernd.deviceId }],
    });
    await say('unheard');
    await laptop.post('/pushers/set', { ...pusherAt(gateway.origin), enabled: true });
    const heard = await say('heard');
    await arrived(1);
    expect(eventIds()).toEqual([heard]);
  });

  test('of one address belongs to several accounts when it is appended', async () => {
    await setPusher(anna);
    await setPusher(bernd, { append: true });
    const eventId = await say('from anna');
    await arrived(1);
    const answer = await homeserver.as(bernd).send(roomId, 'from bernd');
    await arrived(2);
    expect(eventIds()).toEqual([eventId, answer]);
  });
});

test('after reading, the gateway hears once how much is still unread', async () => {
  await setPusher(bernd);
  const [first, second] = [await say('one'), await say('two')];
  await arrived(2);
  await read(first);
  await read(second);
  await arrived(3);
  expect(notifications()[2]).toMatchObject({ counts: { unread: 0 }, prio: 'low' });
  expect(notifications()[2]?.event_id).toBeUndefined();
  await say('three');
  await arrived(4);
  expect(notifications()[3]?.counts).toEqual({ unread: 1 });
});

describe('a gateway', () => {
  const pending = async (): Promise<readonly string[]> => {
    const rows = await homeserver.database.database.reader.query<{ event_id: string }>(
      sql`select event_id from push_pending p join pusher on pusher.id = p.pusher_id where user_id = ${bernd.userId}`,
    );
    return rows.map((row) => row.event_id);
  };

  test('that refuses is tried later, with the newest only, in order, and then everything goes on', async () => {
    gateway.answer = (response) => response.writeHead(502).end();
    await setPusher(bernd);
    const first = await say('one');
    await arrived(1);
    await say('two');
    const third = await say('three');
    await expect.poll(pending).toEqual([third]);
    gateway.answer = (response) => response.end('{"rejected":[]}');
    homeserver.clock.advance(1_000);
    await arrived(2);
    const fourth = await say('four');
    await arrived(3);
    expect(eventIds()).toEqual([first, third, fourth]);
    await expect.poll(pending).toEqual([]);
  });

  test('that asks for time gets it, and after a day what it did not take is given up', async () => {
    gateway.answer = (response) => response.writeHead(429, { 'retry-after': '600' }).end();
    await setPusher(bernd);
    await say('one');
    await arrived(1);
    homeserver.clock.advance(300_000);
    const second = await say('two');
    await expect.poll(pending).toEqual([second]);
    expect(gateway.received).toHaveLength(1);
    homeserver.clock.advance(300_000);
    await arrived(2);
    homeserver.clock.advance(24 * 60 * 60 * 1000);
    await expect.poll(pending, { timeout: 5_000 }).toEqual([]);
    expect(gateway.received).toHaveLength(2);
  });

  test('that is dead keeps one notification a pusher, and takes nothing from the others', async () => {
    const hanging: ServerResponse[] = [];
    gateway.answer = (response) => void hanging.push(response);
    const healthy = await Receiver.open();
    const closed = await Receiver.open();
    const nowhere = closed.origin;
    await closed.close();
    await homeserver.as(bernd).post('/pushers/set', pusherAt(nowhere, { pushkey: 'nowhere' }));
    await setPusher(bernd, { pushkey: 'hanging' });
    await homeserver.as(bernd).post('/pushers/set', pusherAt(healthy.origin, { pushkey: 'healthy' }));
    const sent: string[] = [];
    for (let n = 0; n < 10; n += 1) sent.push(await say(`message ${n}`));
    await arrived(10, healthy);
    expect(eventIds(healthy)).toEqual(sent);
    expect(gateway.received).toHaveLength(1);
    for (const response of hanging) response.destroy();
    await expect.poll(pending).toEqual([sent.at(-1), sent.at(-1)]);
    await healthy.close();
  });
});

describe('after a restart', () => {
  let next: Homeserver | undefined;
  /** The same server once more, over the same database. */
  const restart = async (meanwhile: () => Promise<void> = async () => undefined): Promise<void> => {
    await homeserver.server.close();
    await meanwhile();
    const { database, clock, serverName } = homeserver;
    next = await compose({
      serverName: parseServerName(serverName) ?? expect.unreachable(),
      database: database.database,
      clock,
      random: systemRandom,
      log: silentLog,
      mediaDirectory: await mkdtemp(join(tmpdir(), 'stafette-media-')),
      features: { ...conformanceFeatures, rateLimits: false },
    });
  };
  const change = async (statement: ReturnType<typeof sql>): Promise<void> => {
    await homeserver.database.database.execute(statement);
  };

  beforeEach(async () => setPusher(bernd));
  afterEach(async () => {
    await next?.close();
    await homeserver.stop();
    homeserver = await startHomeserver();
  });

  test('what was not delivered is delivered', async () => {
    gateway.answer = (response) => response.writeHead(500).end();
    const eventId = await say('one');
    await arrived(1);
    gateway.answer = (response) => response.end('{"rejected":[]}');
    await restart();
    homeserver.clock.advance(1_000);
    await arrived(2);
    expect(eventIds()).toEqual([eventId, eventId]);
  });

  test('what was said and not looked at is delivered in order, and nothing of before the pusher', async () => {
    const sent: string[] = [];
    for (let n = 0; n < 5; n += 1) sent.push(await say(`message ${n}`));
    await arrived(5);
    await restart(async () => {
      await change(sql`update push_mark set event_pos = 0`);
    });
    await arrived(10);
    expect(eventIds().slice(5)).toEqual(sent);
  });
});
