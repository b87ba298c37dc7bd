import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Receiver } from '../push-delivery/testing/receiver.ts';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let roomId: string;
let root: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver({ settings: { quietThreads: true } });
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  root = await homeserver.as(anna).send(roomId, 'a thread');
});

async function reply(content: object = {}, type = 'm.room.message'): Promise<string> {
  const path = `/rooms/${encodeURIComponent(roomId)}/send/${type}/${crypto.randomUUID()}`;
  const relation = { 'm.relates_to': { rel_type: 'm.thread', event_id: root } };
  const body = { msgtype: 'm.text', body: 'reply', ...relation, ...content };
  return (await homeserver.as(anna).put<{ event_id: string }>(path, body)).event_id;
}

const subscription = (): string =>
  `/_matrix/client/unstable/io.element.msc4306/rooms/${encodeURIComponent(roomId)}/thread/${encodeURIComponent(root)}/subscription`;
const follow = (cause?: string) =>
  homeserver.as(bernd).put(subscription(), cause === undefined ? {} : { automatic: cause });
const leave = () => homeserver.as(bernd).delete(subscription());

const FILTER = encodeURIComponent(JSON.stringify({ room: { timeline: { unread_thread_notifications: true } } }));
type Counts = { readonly notification_count: number; readonly highlight_count: number } | undefined;

/** What Bernd has to read: in the main timeline, and in the thread with what highlights. */
async function unread(): Promise<readonly [number | undefined, number, number]> {
  const { rooms } = await homeserver.as(bernd).get<{
    rooms: {
      join: Record<string, { unread_notifications: Counts; unread_thread_notifications?: Record<string, Counts> }>;
    };
  }>(`/sync?filter=${FILTER}`);
  const thread = rooms.join[roomId]?.unread_thread_notifications?.[root];
  return [
    rooms.join[roomId]?.unread_notifications?.notification_count,
    thread?.notification_count ?? 0,
    thread?.highlight_count ?? 0,
  ];
}

const rules = {
  default: async () => {},
  'mentions only': async () =>
    homeserver.as(bernd).put(`/pushrules/global/room/${encodeURIComponent(roomId)}`, { actions: [] }),
  'rules of one’s own': async () =>
    homeserver.as(bernd).put('/pushrules/global/content/word', { pattern: 'word', actions: ['notify'] }),
};

describe.each(Object.entries(rules))('with %s', (name, set) => {
  const inMain = name === 'mentions only' ? 0 : 1;
  beforeEach(async () => {
    await set();
  });

  test('a thread is news to those who follow it, from then on', async () => {
    await reply();
    expect(await unread()).toEqual([inMain, 0, 0]);
    await follow();
    expect(await unread()).toEqual([inMain, 0, 0]);
    await reply();
    await reply({}, 'm.sticker');
    await reply({ msgtype: 'm.notice' });
    expect(await unread()).toEqual([inMain, 2, 0]);
    await leave();
    await reply();
    expect(await unread()).toEqual([inMain, 0, 0]);
  });

  test('a mention reaches everybody, and what follows it those whom it made follow', async () => {
    const mention = await reply({ 'm.mentions': { user_ids: [bernd.userId] } });
    await reply();
    expect(await unread()).toEqual([inMain, 1, 1]);
    await follow(mention);
    expect(await unread()).toEqual([inMain, 2, 1]);
  });
});

test('whoever switches the rules off hears of threads as before', async () => {
  for (const name of ['subscribed', 'unsubscribed'])
    await homeserver
      .as(bernd)
      .put(`/pushrules/global/postcontent/.io.element.msc4306.rule.${name}_thread/enabled`, { enabled: false });
  await reply();
  expect(await unread()).toEqual([1, 1, 0]);
});

test('the list of notifications has what was followed', async () => {
  await reply();
  await follow();
  const heard = await reply();
  const { notifications } = await homeserver
    .as(bernd)
    .get<{ notifications: readonly { readonly event: { readonly event_id: string } }[] }>('/notifications');
  expect(notifications.map(({ event }) => event.event_id)).toEqual([heard, root]);
});

test('a push gateway is told of threads that are followed, and of no others', async () => {
  const gateway = await Receiver.open();
  const clara = await homeserver.register(`clara${count}`);
  await homeserver.as(clara).join(roomId);
  for (const user of [bernd, clara])
    await homeserver.as(user).post('/pushers/set', {
      app_id: 'org.example.app',
      pushkey: user.userId,
      kind: 'http',
      app_display_name: 'App',
      device_display_name: 'Phone',
      lang: 'de',
      data: { url: `${gateway.origin}/_matrix/push/v1/notify` },
    });
  await reply();
  await follow();
  const heard = await reply();
  const last = await homeserver.as(anna).send(roomId, 'to all');
  const told = (): readonly (readonly [string, string])[] =>
    gateway.received.map(({ body }) => {
      // What the gateway API says about the body.
      const { notification } = JSON.parse(body.toString()) as {
        notification: { event_id: string; devices: readonly [{ readonly pushkey: string }] };
      };
      return [notification.event_id, notification.devices[0].pushkey];
    });
  await expect.poll(() => told().filter(([eventId]) => eventId === last).length, { timeout: 10_000 }).toBe(2);
  expect(told().filter(([eventId]) => eventId !== last)).toEqual([[heard, bernd.userId]]);
  await gateway.close();
});

test('clients are told that threads can be followed', async () => {
  const { unstable_features: features } = await homeserver.anonymous.get<{ unstable_features: object }>(
    '/_matrix/client/versions',
  );
  expect(features).toMatchObject({ 'org.matrix.msc4306': true });
});
