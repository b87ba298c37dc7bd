import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SlidingBody, SlidingRequestBody } from './testing/sliding-bodies.ts';

/** What Element X asks of every room in its list. */
const ROOM_LIST_STATE: [string, string][] = [
  ['m.room.name', ''],
  ['m.room.encryption', ''],
  ['m.room.member', '$LAZY'],
  ['m.room.member', '$ME'],
  ['m.room.topic', ''],
  ['m.room.avatar', ''],
  ['m.room.canonical_alias', ''],
  ['m.room.power_levels', ''],
  ['org.matrix.msc3401.call.member', '*'],
  ['m.room.join_rules', ''],
  ['m.room.tombstone', ''],
  ['m.room.create', ''],
  ['m.room.history_visibility', ''],
  ['io.element.functional_members', ''],
  ['m.space.parent', '*'],
  ['m.space.child', '*'],
];

const roomList = (last: number, more: SlidingRequestBody = {}): SlidingRequestBody => ({
  conn_id: 'room-list',
  lists: { all_rooms: { ranges: [[0, last]], timeline_limit: 1, required_state: ROOM_LIST_STATE, filters: {} } },
  extensions: {
    account_data: { enabled: true },
    receipts: { enabled: true, rooms: ['*'] },
    typing: { enabled: true },
  },
  ...more,
});

const encryption = (since?: string): SlidingRequestBody => ({
  conn_id: 'encryption',
  extensions: { e2ee: { enabled: true }, to_device: { enabled: true, ...(since === undefined ? {} : { since }) } },
});

const ROOMS = 24;
let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
const rooms: string[] = [];

const sync = async (body: SlidingRequestBody, pos?: string, timeout = 0): Promise<SlidingBody> => {
  const query = new URLSearchParams({ timeout: String(timeout), ...(pos === undefined ? {} : { pos }) });
  const path = `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?${query.toString()}`;
  return homeserver.as(anna).post<SlidingBody>(path, body);
};

beforeAll(async () => {
  homeserver = await startHomeserver();
  [anna, bernd] = [await homeserver.register('anna'), await homeserver.register('bernd')];
  for (let index = 0; index < ROOMS; index += 1) {
    const roomId = await homeserver.as(bernd).createRoom({ preset: 'public_chat', name: `Room ${index}` });
    await homeserver.as(anna).join(roomId);
    await homeserver.as(bernd).send(roomId, `welcome to ${index}`);
    rooms.push(roomId);
  }
});
afterAll(async () => homeserver.stop());

test('a phone that starts shows twenty rooms, loads the rest, opens one, and waits on two connections', async () => {
  const [start, keys] = await Promise.all([sync(roomList(19)), sync(encryption())]);
  expect(start.lists).toEqual({ all_rooms: { count: ROOMS } });
  expect(Object.keys(start.rooms).toSorted()).toEqual(rooms.slice(-20).toSorted());
  const newest = rooms[ROOMS - 1] ?? '';
  expect(start.rooms[newest]).toMatchObject({
    initial: true,
    name: 'Room 23',
    joined_count: 2,
    invited_count: 0,
    limited: true,
    num_live: 0,
    notification_count: 1,
    highlight_count: 0,
    timeline: [{ content: { body: 'welcome to 23' } }],
  });
  const members = start.rooms[newest]?.required_state?.filter((event) => event.type === 'm.room.member') ?? [];
  expect(new Set(members.map((event) => event.state_key))).toEqual(new Set([anna.userId, bernd.userId]));
  expect(start.extensions.account_data?.global.map((event) => event.type)).toContain('m.push_rules');
  expect(keys.rooms).toEqual({});
  expect(keys.extensions.e2ee).toEqual({
    device_one_time_keys_count: { signed_curve25519: 0 },
    device_unused_fallback_key_types: [],
  });

  const grown = await sync(roomList(119), start.pos);
  expect(Object.keys(grown.rooms).toSorted()).toEqual(rooms.slice(0, 4).toSorted());

  // A message to the device wakes the connection for keys, and that one alone.
  const waitingForKeys = sync(encryption(keys.extensions.to_device?.next_batch), keys.pos, 20_000);
  await homeserver.as(bernd).put(`/_matrix/client/v3/sendToDevice/m.room_key_request/txn1`, {
    messages: { [anna.userId]: { [anna.deviceId]: { action: 'request' } } },
  });
  const woken = await waitingForKeys;
  expect(woken.extensions.to_device?.events).toMatchObject([{ type: 'm.room_key_request', sender: bernd.userId }]);
  const after = await sync(encryption(woken.extensions.to_device?.next_batch), woken.pos);
  expect(after.extensions.to_device?.events).toEqual([]);

  // Opening a room: its last messages at once, though nothing happened.
  const opened = rooms[0] ?? '';
  for (const text of ['two', 'three']) await homeserver.as(bernd).send(opened, text);
  const listed = await sync(roomList(119), grown.pos);
  expect(Object.keys(listed.rooms)).toEqual([opened]);
  const room_subscriptions = {
    [opened]: {
      timeline_limit: 20,
      required_state: [...ROOM_LIST_STATE, ['m.room.pinned_events', ''] as [string, string]],
    },
  };
  const inRoom = await sync(roomList(119, { room_subscriptions }), listed.pos, 20_000);
  const timeline = inRoom.rooms[opened]?.timeline?.map((event) => event.content['body']).filter(Boolean);
  expect(inRoom.rooms[opened]?.unstable_expanded_timeline).toBe(true);
  expect(timeline).toEqual(['welcome to 0', 'two', 'three']);

  // Somebody types and writes.
  const waiting = sync(roomList(119, { room_subscriptions }), inRoom.pos, 20_000);
  await homeserver.as(bernd).put(`/rooms/${encodeURIComponent(opened)}/typing/${encodeURIComponent(bernd.userId)}`, {
    typing: true,
    timeout: 30_000,
  });
  const typing = await waiting;
  expect(typing.extensions.typing?.rooms[opened]).toMatchObject({ content: { user_ids: [bernd.userId] } });
  await homeserver.as(bernd).send(opened, 'four');
  const live = await sync(roomList(119, { room_subscriptions }), typing.pos, 20_000);
  expect(live.rooms[opened]).toMatchObject({ num_live: 1, limited: false, timeline: [{ content: { body: 'four' } }] });
  expect(live.rooms[opened]?.required_state).toBeUndefined();
});
