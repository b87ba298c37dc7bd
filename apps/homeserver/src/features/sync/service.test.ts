import type { DeviceId, EventId, JsonObject, RoomId, UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAccounts, openWorld, userNamed, type SyncWorld } from './testing/sync-world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let database: TestDatabase;
let world: SyncWorld;
let anna: UserId;
let bernd: UserId;
let clara: UserId;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
});
afterAll(async () => {
  await world.unread.flush();
  await database.drop();
});
// New people in each test, so that no test finds rooms of another.
beforeEach(async () => {
  count += 1;
  [anna, bernd, clara] = [userNamed(`anna${count}`), userNamed(`bernd${count}`), userNamed(`clara${count}`)];
  await addAccounts(database, [anna, bernd, clara]);
});

async function roomOf(creator: UserId, ...members: readonly UserId[]): Promise<RoomId> {
  const roomId = await world.createRoom(creator);
  for (const member of members) await world.setMembership(roomId, member, 'join');
  return roomId;
}

const byText = (one: string | undefined, other: string | undefined): number => ((one ?? '') < (other ?? '') ? -1 : 1);

const bodies = (
  room: { readonly timeline: { readonly events: readonly { readonly content: object }[] } } | undefined,
): unknown[] =>
  (room?.timeline.events ?? [])
    .map((event) => ('body' in event.content ? event.content.body : undefined))
    .filter((body) => body !== undefined);

describe('a first synchronisation', () => {
  test('has all rooms with their state, timeline, summary and rules', async () => {
    const roomId = await roomOf(anna, bernd);
    await world.send(roomId, bernd, 'Guten Tag');
    const body = await world.ask(anna);
    const room = body.rooms?.join?.[roomId];
    expect(bodies(room)).toEqual(['Guten Tag']);
    // Everything fits into the timeline, so that no state is beside it.
    expect(room?.state?.events).toEqual([]);
    expect(room?.summary).toEqual({ 'm.heroes': [bernd], 'm.joined_member_count': 2, 'm.invited_member_count': 0 });
    expect(room?.unread_notifications).toEqual({ notification_count: 1, highlight_count: 0 });
    expect(body.account_data?.events.map((event) => event.type)).toEqual(['m.push_rules']);
  });

  test('of a long room is limited, tells where to read on, and has the state before the timeline', async () => {
    const roomId = await roomOf(anna);
    for (let index = 0; index < 4; index += 1) await world.send(roomId, anna, `message ${index}`);
    const body = await world.ask(anna, { filter: { room: { timeline: { limit: 2 } } } });
    const room = body.rooms?.join?.[roomId];
    expect(bodies(room)).toEqual(['message 2', 'message 3']);
    expect(room?.timeline.limited).toBe(true);
    expect(room?.timeline.prev_batch).toMatch(/^t1_\d+$/);
    expect(new Set(room?.state?.events.map((event) => event.type))).toEqual(
      new Set([
        'm.room.create',
        'm.room.history_visibility',
        'm.room.join_rules',
        'm.room.member',
        'm.room.power_levels',
      ]),
    );
  });
});

describe('an incremental synchronisation', () => {
  test('has what happened since and nothing twice', async () => {
    const roomId = await roomOf(anna, bernd);
    const first = await world.ask(anna);
    await world.send(roomId, bernd, 'one');
    const second = await world.ask(anna, { since: first.next_batch });
    expect(bodies(second.rooms?.join?.[roomId])).toEqual(['one']);
    expect(second.rooms?.join?.[roomId]?.timeline.limited).toBe(false);
    const third = await world.ask(anna, { since: second.next_batch });
    expect(third.rooms).toBeUndefined();
    // A token can be presented again.
    expect(bodies((await world.ask(anna, { since: first.next_batch })).rooms?.join?.[roomId])).toEqual(['one']);
  });

  test('waits for news and is woken by them', async () => {
    const roomId = await roomOf(anna, bernd);
    const { next_batch: since } = await world.ask(anna);
    const waiting = world.ask(anna, { since, timeoutMs: 20_000 });
    await world.send(roomId, bernd, 'wake up');
    expect(bodies((await waiting).rooms?.join?.[roomId])).toEqual(['wake up']);
  });

  test('answers with nothing when the time is up', async () => {
    await roomOf(anna);
    const { next_batch: since } = await world.ask(anna);
    const body = await world.ask(anna, { since, timeoutMs: 1 });
    expect(body).toMatchObject({
      next_batch: since,
      device_one_time_keys_count: {},
      device_unused_fallback_key_types: [],
    });
    expect(body.rooms).toBeUndefined();
  });

  test('tells state changes in a gap that the timeline does not show', async () => {
    const roomId = await roomOf(anna, bernd);
    const { next_batch: since } = await world.ask(anna);
    await world.roomEvents.append(roomId, [
      { type: 'm.room.topic', stateKey: '', sender: anna, content: { topic: 'Haushalt' } },
    ]);
    for (let index = 0; index < 3; index += 1) await world.send(roomId, bernd, `message ${index}`);
    const filter = { room: { timeline: { limit: 2 } } };
    const room = (await world.ask(anna, { since, filter })).rooms?.join?.[roomId];
    expect(room?.timeline.limited).toBe(true);
    expect(room?.state?.events.map((event) => event.content)).toEqual([{ topic: 'Haushalt' }]);
    const after = (await world.ask(anna, { since, filter, stateAfter: ['state_after'] })).rooms?.join?.[roomId];
    expect(after?.state).toBeUndefined();
    expect(after?.state_after?.events.map((event) => event.content)).toEqual([{ topic: 'Haushalt' }]);
  });

  test('names state after the timeline as the client asked, events of the timeline included', async () => {
    const roomId = await roomOf(anna);
    const { next_batch: since } = await world.ask(anna);
    await world.roomEvents.append(roomId, [
      { type: 'm.room.topic', stateKey: '', sender: anna, content: { topic: 'Etat' } },
    ]);
    const room = (await world.ask(anna, { since, stateAfter: ['org.matrix.msc4222.state_after'] })).rooms?.join?.[
      roomId
    ];
    expect(room).toMatchObject({ 'org.matrix.msc4222.state_after': { events: [{ content: { topic: 'Etat' } }] } });
    expect(room?.timeline.events).toHaveLength(1);
  });

  test('brings a newly joined room in full, without what came before the user where history is hidden', async () => {
    const roomId = await world.createRoom(anna, { visibility: 'joined' });
    await world.send(roomId, anna, 'secret');
    const { next_batch: since } = await world.ask(bernd);
    await world.setMembership(roomId, bernd, 'join');
    await world.send(roomId, anna, 'welcome');
    const room = (await world.ask(bernd, { since })).rooms?.join?.[roomId];
    expect(bodies(room)).toEqual(['welcome']);
    expect(room?.timeline.limited).toBe(true);
    expect(room?.timeline.events[0]?.type).toBe('m.room.create');
    expect(room?.timeline.events.at(-1)?.unsigned?.['membership']).toBe('join');
  });

  test('tells once of a room that was left, up to the leaving', async () => {
    const roomId = await roomOf(anna, bernd);
    const { next_batch: since } = await world.ask(bernd);
    await world.send(roomId, anna, 'before');
    await world.setMembership(roomId, anna, 'leave', bernd);
    await world.send(roomId, anna, 'after');
    const body = await world.ask(bernd, { since });
    expect(bodies(body.rooms?.leave?.[roomId])).toEqual(['before']);
    expect(body.rooms?.join).toBeUndefined();
    expect((await world.ask(bernd, { since: body.next_batch })).rooms).toBeUndefined();
    expect((await world.ask(bernd)).rooms?.leave).toBeUndefined();
    const all = await world.ask(bernd, { filter: { room: { include_leave: true } } });
    expect(bodies(all.rooms?.leave?.[roomId])).toEqual(['before']);
  });

  test('tells how somebody left a room that was deleted since, for half a year', async () => {
    const roomId = await roomOf(anna, bernd, clara);
    const [{ next_batch: since }, { next_batch: sinceOfClara }] = [await world.ask(bernd), await world.ask(clara)];
    await world.setMembership(roomId, anna, 'ban', bernd);
    await world.setMembership(roomId, clara, 'leave');
    await world.roomEvents.forget(clara, roomId);
    const { nid } = await world.roomEvents.getRoom(roomId);
    await world.roomEvents.removal.run({ nid, id: roomId }, new AbortController().signal);
    const left = (await world.ask(bernd, { since })).rooms?.leave;
    expect(left?.[roomId]?.timeline.events).toMatchObject([
      { type: 'm.room.member', sender: anna, state_key: bernd, content: { membership: 'ban' } },
    ]);
    expect((await world.ask(clara, { since: sinceOfClara })).rooms?.leave?.[roomId]?.timeline.events).toHaveLength(1);
    const leaveOf = async (filter: JsonObject) => (await world.ask(bernd, { since, filter })).rooms?.leave?.[roomId];
    expect((await leaveOf({ room: { timeline: { limit: 0 } } }))?.timeline.events).toEqual([]);
    expect((await leaveOf({ room: { timeline: { types: ['m.room.message'] } } }))?.timeline.events).toEqual([]);
    expect(await leaveOf({ room: { not_rooms: [roomId] } })).toBeUndefined();
    const nowMs = world.clock.nowMs();
    await world.roomEvents.removal.prune(nowMs + 179 * DAY_MS);
    expect(await leaveOf({})).toBeDefined();
    await world.roomEvents.removal.prune(nowMs + 181 * DAY_MS);
    expect(await leaveOf({})).toBeUndefined();
  });

  test('shows an invitation with stripped state, and not one from somebody who is ignored', async () => {
    const roomId = await world.createRoom(anna, { rule: 'invite', name: 'Kabinett' });
    const [{ next_batch: since }, { next_batch: sinceOfClara }] = [await world.ask(bernd), await world.ask(clara)];
    await world.accountData.put(clara, undefined, 'm.ignored_user_list', { ignored_users: { [anna]: {} } });
    await world.setMembership(roomId, anna, 'invite', bernd);
    await world.setMembership(roomId, anna, 'invite', clara);
    const invited = (await world.ask(bernd, { since })).rooms?.invite?.[roomId];
    expect(invited?.invite_state.events.map((event) => event.type)).toEqual(
      expect.arrayContaining(['m.room.create', 'm.room.join_rules', 'm.room.name', 'm.room.member']),
    );
    expect(invited?.invite_state.events.at(-1)).toMatchObject({
      event_id: expect.stringMatching(/^\$/),
      origin_server_ts: expect.any(Number),
      state_key: bernd,
      content: { membership: 'invite' },
    });
    expect((await world.ask(clara, { since: sinceOfClara })).rooms).toBeUndefined();
  });

  test('hides messages, but not state, of an ignored user', async () => {
    const roomId = await roomOf(anna, bernd);
    await world.accountData.put(anna, undefined, 'm.ignored_user_list', { ignored_users: { [bernd]: {} } });
    const { next_batch: since } = await world.ask(anna);
    await world.send(roomId, bernd, 'unseen');
    await world.roomEvents.append(roomId, [
      { type: 'm.room.member', stateKey: bernd, sender: bernd, content: { membership: 'join', displayname: 'B' } },
    ]);
    const room = (await world.ask(anna, { since })).rooms?.join?.[roomId];
    expect(room?.timeline.events.map((event) => event.type)).toEqual(['m.room.member']);
    expect(room?.unread_notifications?.notification_count).toBe(0);
  });

  test('ends when its session ends, refused if the device was signed out', async () => {
    await roomOf(anna);
    const { next_batch: since } = await world.ask(anna);
    const wait = (deviceId: string) => world.ask(anna, { since, timeoutMs: 20_000, deviceId });
    const [gone, changed, other] = [wait('GONE'), wait('CHANGED'), wait('OTHER')];
    // Brands are for the compiler; these are good ids.
    world.sync.endSessions(anna, ['GONE', 'CHANGED'] as DeviceId[]);
    await expect(gone).rejects.toMatchObject({ status: 401, errcode: 'M_UNKNOWN_TOKEN' });
    expect((await changed).next_batch).toBe(since);
    world.sync.endSessions(anna, undefined);
    expect((await other).next_batch).toBe(since);
  });
});

describe('members that are loaded lazily', () => {
  const filter = { room: { state: { lazy_load_members: true }, timeline: { limit: 1 } } };

  test('are those who speak, once', async () => {
    const roomId = await roomOf(anna, bernd, clara);
    await world.roomEvents.append(roomId, [
      { type: 'm.room.name', stateKey: '', sender: anna, content: { name: 'Runde' } },
    ]);
    await world.send(roomId, bernd, 'one');
    const members = (events: readonly { readonly type: string; readonly state_key?: string }[] | undefined) =>
      (events ?? [])
        .filter((event) => event.type === 'm.room.member')
        .map((event) => event.state_key)
        .toSorted(byText);
    const first = await world.ask(anna, { filter });
    expect(members(first.rooms?.join?.[roomId]?.state?.events)).toEqual([anna, bernd].toSorted(byText));
    await world.send(roomId, bernd, 'two');
    const second = await world.ask(anna, { filter, since: first.next_batch });
    expect(members(second.rooms?.join?.[roomId]?.state?.events)).toEqual([]);
    await world.send(roomId, clara, 'three');
    const third = await world.ask(anna, { filter, since: second.next_batch });
    expect(members(third.rooms?.join?.[roomId]?.state?.events)).toEqual([clara]);
    // That answer was lost: the device presents the older token, and gets the member again.
    const again = await world.ask(anna, { filter, since: second.next_batch });
    expect(members(again.rooms?.join?.[roomId]?.state?.events)).toEqual([clara]);
  });
});

describe('unread counts', () => {
  const unreadOf = async (userId: UserId, roomId: RoomId, filter = {}) => {
    const room = (await world.ask(userId, { filter })).rooms?.join?.[roomId];
    return { all: room?.unread_notifications, threads: room?.unread_thread_notifications };
  };

  test('rise with what others send, and are reset by receipts and by sending', async () => {
    const roomId = await roomOf(anna, bernd);
    await world.send(roomId, bernd, 'one');
    const two = await world.send(roomId, bernd, 'two', { 'm.mentions': { user_ids: [anna] } });
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 2, highlight_count: 1 });
    expect((await unreadOf(bernd, roomId)).all).toEqual({ notification_count: 0, highlight_count: 0 });
    const { next_batch: since } = await world.ask(anna);
    await world.receipts.move({
      userId: anna,
      roomId,
      type: 'm.read.private',
      eventId: two as EventId,
      threadId: undefined,
    });
    const body = await world.ask(anna, { since });
    expect(body.rooms?.join?.[roomId]?.unread_notifications).toEqual({ notification_count: 0, highlight_count: 0 });
    expect(body.rooms?.join?.[roomId]?.ephemeral.events[0]?.content[two]).toEqual({
      'm.read.private': { [anna]: { ts: world.clock.nowMs() } },
    });
    expect((await world.ask(bernd)).rooms?.join?.[roomId]?.ephemeral.events).toEqual([]);
    await world.send(roomId, bernd, 'three');
    await world.send(roomId, anna, 'four');
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 0, highlight_count: 0 });
    expect((await unreadOf(bernd, roomId)).all).toEqual({ notification_count: 1, highlight_count: 0 });
  });

  test('of threads are told apart when asked for', async () => {
    const roomId = await roomOf(anna, bernd);
    const root = await world.send(roomId, bernd, 'root');
    const inThread = { 'm.relates_to': { rel_type: 'm.thread', event_id: root } };
    await world.send(roomId, bernd, 'reply one', inThread);
    const last = await world.send(roomId, bernd, 'reply two', { ...inThread, 'm.mentions': { user_ids: [anna] } });
    const filter = { room: { timeline: { unread_thread_notifications: true } } };
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 3, highlight_count: 1 });
    expect(await unreadOf(anna, roomId, filter)).toEqual({
      all: { notification_count: 1, highlight_count: 0 },
      threads: { [root]: { notification_count: 2, highlight_count: 1 } },
    });
    await world.receipts.move({ userId: anna, roomId, type: 'm.read', eventId: last as EventId, threadId: root });
    expect(await unreadOf(anna, roomId, filter)).toEqual({
      all: { notification_count: 1, highlight_count: 0 },
      threads: undefined,
    });
    await expect(
      world.receipts.move({ userId: anna, roomId, type: 'm.read', eventId: last as EventId, threadId: 'main' }),
    ).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('follow rules for one room: silence, mentions only, a keyword', async () => {
    const roomId = await roomOf(anna, bernd);
    await world.send(roomId, bernd, 'the budget');
    await world.send(roomId, bernd, 'for anna', { 'm.mentions': { user_ids: [anna] } });
    await world.pushRules.put(anna, 'room', roomId, { actions: [] }, {});
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 1, highlight_count: 1 });
    await world.pushRules.put(
      anna,
      'content',
      'money',
      { actions: ['notify', { set_tweak: 'highlight' }], pattern: 'budget' },
      {},
    );
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 2, highlight_count: 2 });
    await world.pushRules.put(
      anna,
      'override',
      roomId,
      { actions: [], conditions: [{ kind: 'event_match', key: 'room_id', pattern: roomId }] },
      {},
    );
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 0, highlight_count: 0 });
    await world.pushRules.remove(anna, 'override', roomId);
    await world.pushRules.remove(anna, 'content', 'money');
    await world.pushRules.remove(anna, 'room', roomId);
    expect((await unreadOf(anna, roomId)).all).toEqual({ notification_count: 2, highlight_count: 1 });
  });
});
