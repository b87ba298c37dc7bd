import type { DeviceId, JsonObject, RoomId, UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { addAccounts, openWorld, userNamed, type SyncBody, type SyncWorld } from '../sync/testing/sync-world.ts';

// Opaque text, of any form.
const PHONE = 'PHONE' as DeviceId;
const LAPTOP = 'LAPTOP' as DeviceId;
const MINUTE_MS = 60_000;

let database: TestDatabase;
let world: SyncWorld;
let anna: UserId;
let bernd: UserId;
let room: RoomId;
let count = 0;

async function close(): Promise<void> {
  await world.presence.stop();
  await world.unread.flush();
}

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
});
afterAll(async () => {
  await close();
  await database.drop();
});
// New people in each test, so that no test finds rooms of another.
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [userNamed(`anna${count}`), userNamed(`bernd${count}`)];
  await addAccounts(database, [anna, bernd]);
  room = await world.createRoom(anna);
  await world.setMembership(room, bernd, 'join');
});

/** What an answer says of people, by user. */
const told = (body: SyncBody): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries((body.presence?.events ?? []).map(({ sender, content }) => [sender, content]));

/** What Anna hears of Bernd in the answer to a new request, and the token after it. */
async function next(since: string): Promise<{ readonly since: string; readonly presence: unknown }> {
  await world.presence.settle();
  const body = await world.ask(anna, { since });
  return { since: body.next_batch, presence: told(body)[bernd]?.['presence'] };
}

test('who asks for news is online until half a minute after the last request of the last device ended', async () => {
  let { since, presence } = { since: (await world.ask(anna)).next_batch, presence: undefined as unknown };
  const hear = async (): Promise<unknown> => {
    ({ since, presence } = await next(since));
    return presence;
  };
  const endPhone = world.presence.connect(bernd, PHONE, 'online');
  const endLaptop = world.presence.connect(bernd, LAPTOP, 'online');
  expect(await hear()).toBe('online');
  endLaptop();
  world.clock.advance(MINUTE_MS);
  world.presence.look();
  // The phone still waits.
  expect(await hear()).toBeUndefined();
  endPhone();
  world.clock.advance(29_999);
  world.presence.look();
  expect(await hear()).toBeUndefined();
  world.clock.advance(1);
  world.presence.look();
  expect(await hear()).toBe('offline');
  expect(world.presence.get(bernd)).toEqual({ presence: 'offline', last_active_ago: MINUTE_MS + 30_000 });
});

test('the most active of several devices says how somebody appears', async () => {
  const state = (): unknown => world.presence.get(bernd).presence;
  world.presence.connect(bernd, PHONE, 'unavailable');
  expect(state()).toBe('unavailable');
  const endLaptop = world.presence.connect(bernd, LAPTOP, 'online');
  expect(state()).toBe('online');
  // A device that wants to be unseen changes nothing about the others.
  world.presence.connect(bernd, 'TABLET' as DeviceId, 'offline')();
  expect(state()).toBe('online');
  endLaptop();
  world.clock.advance(30_000);
  expect(state()).toBe('unavailable');
  // Nor is it seen alone.
  world.presence.connect(anna, PHONE, 'offline');
  expect(world.presence.get(anna)).toEqual({ presence: 'offline' });
});

test('whoever does nothing for five minutes is idle, and back when they do something', async () => {
  world.presence.connect(bernd, PHONE, 'online');
  world.clock.advance(4 * MINUTE_MS);
  await world.send(room, bernd, 'still here');
  world.clock.advance(4 * MINUTE_MS);
  expect(world.presence.get(bernd)).toEqual({
    presence: 'online',
    last_active_ago: 4 * MINUTE_MS,
    currently_active: true,
  });
  // Asking for news goes on by itself and is nothing that somebody does.
  world.presence.connect(bernd, PHONE, 'online');
  world.clock.advance(MINUTE_MS);
  world.presence.look();
  let { since, presence } = await next((await world.ask(anna)).next_batch);
  expect(world.presence.get(bernd)).toEqual({ presence: 'unavailable', last_active_ago: 5 * MINUTE_MS });
  await world.send(room, bernd, 'back');
  ({ since, presence } = await next(since));
  expect(presence).toBe('online');
  // What happens in the name of somebody who is offline does not show them.
  await world.send(room, anna, 'unseen');
  expect(world.presence.get(anna).presence).toBe('offline');
});

test('a message stays from state to state until it is taken away', async () => {
  const own = { userId: bernd, deviceId: PHONE };
  await world.presence.set(own, { state: 'online', statusMsg: 'im Kabinett' });
  await world.presence.set(own, { state: 'unavailable', statusMsg: undefined });
  expect(told(await world.ask(anna))[bernd]).toEqual({
    presence: 'unavailable',
    last_active_ago: 0,
    status_msg: 'im Kabinett',
  });
  await world.presence.set(own, { state: 'offline', statusMsg: undefined });
  expect(world.presence.get(bernd)).toMatchObject({ presence: 'offline', status_msg: 'im Kabinett' });
  await world.presence.set(own, { state: 'online', statusMsg: '' });
  expect(world.presence.get(bernd)).not.toHaveProperty('status_msg');
});

test('after a restart everybody is as before for half a minute, and then nobody who did not come back', async () => {
  world.presence.connect(bernd, PHONE, 'online');
  await world.presence.set({ userId: anna, deviceId: PHONE }, { state: 'online', statusMsg: 'Urlaub' });
  await world.presence.settle();
  const { next_batch: since } = await world.ask(anna);
  await close();
  world = await openWorld(database, count + 1000, world);
  expect(told(await world.ask(bernd))[anna]).toMatchObject({ presence: 'online', status_msg: 'Urlaub' });
  world.presence.connect(anna, PHONE, 'online');
  world.clock.advance(30_000);
  world.presence.look();
  const after = await next(since);
  expect(after.presence).toBe('offline');
  expect(world.presence.get(anna)).toMatchObject({ presence: 'online', status_msg: 'Urlaub' });
  // Once more, for a token from before an answer that was never given.
  await close();
  world = await openWorld(database, count + 2000, world);
  expect((await next(since)).presence).toBe('offline');
  expect((await next(after.since)).presence).toBeUndefined();
});

test('people who meet hear of each other, and people who parted do not', async () => {
  const clara = userNamed(`clara${count}`);
  await addAccounts(database, [clara]);
  await world.presence.set({ userId: clara, deviceId: PHONE }, { state: 'online', statusMsg: undefined });
  let { next_batch: since } = await world.ask(anna);
  const { next_batch: sinceOfClara } = await world.ask(clara);
  world.presence.connect(anna, PHONE, 'unavailable');
  await world.presence.settle();
  await world.setMembership(room, clara, 'join');
  const met = await world.ask(anna, { since });
  expect(Object.keys(told(met))).toEqual([clara, anna]);
  expect(told(await world.ask(clara, { since: sinceOfClara }))[anna]).toMatchObject({ presence: 'unavailable' });
  expect((await world.ask(anna, { since: met.next_batch })).presence).toBeUndefined();
  await world.presence.set({ userId: clara, deviceId: PHONE }, { state: 'unavailable', statusMsg: undefined });
  // Parted before the answer: what changed while they shared the room is nobody's business any more.
  await world.setMembership(room, clara, 'leave');
  const parted = await world.ask(anna, { since: met.next_batch });
  expect(told(parted)).toEqual({});
  await world.presence.set({ userId: clara, deviceId: PHONE }, { state: 'online', statusMsg: 'elsewhere' });
  expect((await world.ask(anna, { since: parted.next_batch })).presence).toBeUndefined();
  expect(told(await world.ask(anna))[clara]).toBeUndefined();
  since = parted.next_batch;
  await world.setMembership(room, clara, 'join');
  expect(told(await world.ask(anna, { since }))[clara]).toMatchObject({ status_msg: 'elsewhere' });
});

test('what is new of one room costs nobody else a look, and nothing is new for whoever was told', async () => {
  const [{ next_batch: since }, stranger] = [await world.ask(anna), userNamed(`stranger${count}`)];
  await addAccounts(database, [stranger]);
  await world.createRoom(stranger);
  const { next_batch: sinceOfStranger } = await world.ask(stranger);
  const waiting = world.ask(stranger, { since: sinceOfStranger, timeoutMs: 200 });
  const heard = world.ask(anna, { since, timeoutMs: 20_000 });
  world.presence.connect(bernd, PHONE, 'online');
  expect(told(await heard)[bernd]).toMatchObject({ presence: 'online', currently_active: true });
  const nothing = await waiting;
  expect(nothing.presence).toBeUndefined();
});

test('filters choose types, people and how many', async () => {
  const { next_batch: since } = await world.ask(anna);
  world.presence.connect(bernd, PHONE, 'online');
  await world.presence.settle();
  world.presence.connect(anna, PHONE, 'online');
  await world.presence.settle();
  const ask = async (presence: JsonObject, from?: string): Promise<readonly string[]> =>
    Object.keys(told(await world.ask(anna, { since: from, filter: { presence } })));
  for (const from of [undefined, since]) {
    expect(await ask({}, from)).toEqual([bernd, anna]);
    expect(await ask({ types: ['m.presence'] }, from)).toEqual([bernd, anna]);
    expect(await ask({ types: [] }, from)).toEqual([]);
    expect(await ask({ not_types: ['m.*'] }, from)).toEqual([]);
    expect(await ask({ senders: [bernd] }, from)).toEqual([bernd]);
    expect(await ask({ not_senders: [bernd] }, from)).toEqual([anna]);
    expect(await ask({ limit: 1 }, from)).toEqual([anna]);
    expect(await ask({ limit: 0 }, from)).toEqual([]);
  }
  // A client that does not want it goes on waiting.
  const { next_batch: here } = await world.ask(anna);
  const quiet = world.ask(anna, { since: here, timeoutMs: 300, filter: { presence: { types: [] } } });
  world.presence.connect(bernd, PHONE, 'unavailable');
  expect((await quiet).presence).toBeUndefined();
  // Nor is anybody told of people whom they ignore.
  await world.accountData.put(anna, undefined, 'm.ignored_user_list', { ignored_users: { [bernd]: {} } });
  expect(told(await world.ask(anna, { since: here }))[bernd]).toBeUndefined();
  expect(told(await world.ask(anna))[bernd]).toBeUndefined();
});

test('an account that was closed leaves nothing behind, and nobody misses what comes after it', async () => {
  await world.presence.set({ userId: bernd, deviceId: PHONE }, { state: 'online', statusMsg: 'privat' });
  await world.presence.erase(bernd);
  expect(world.presence.get(bernd)).toEqual({ presence: 'offline' });
  const { next_batch: since } = await world.ask(anna);
  await close();
  world = await openWorld(database, count + 3000, world);
  // Positions go on where they were, although the last one was the account's.
  await world.presence.set({ userId: anna, deviceId: PHONE }, { state: 'online', statusMsg: undefined });
  expect(Object.keys(told(await world.ask(anna, { since })))).toEqual([anna]);
  expect(await database.database.reader.query(sql`select * from presence where status_msg = 'privat'`)).toEqual([]);
});

test('whoever saw their own change before it was told hears of it when it is taken back', async () => {
  await world.presence.set({ userId: anna, deviceId: PHONE }, { state: 'online', statusMsg: undefined });
  const { next_batch: since } = await world.ask(anna);
  const writing = world.presence.set({ userId: anna, deviceId: PHONE }, { state: 'unavailable', statusMsg: undefined });
  const ahead = await world.ask(anna);
  expect(told(ahead)[anna]).toMatchObject({ presence: 'unavailable' });
  world.presence.noteActivity(anna);
  await writing;
  await world.presence.settle();
  expect(told(await world.ask(anna, { since: ahead.next_batch }))[anna]).toMatchObject({ presence: 'online' });
  expect(told(await world.ask(anna, { since }))[anna]).toMatchObject({ presence: 'online' });
});

test('asking for news is no news to the device that asks, but to the others of its user', async () => {
  const [{ next_batch: ofPhone }, { next_batch: ofLaptop }] = [
    await world.ask(anna, { deviceId: PHONE }),
    await world.ask(anna, { deviceId: LAPTOP }),
  ];
  const waiting = { timeoutMs: 20_000 };
  let isOver = false;
  const phone = world
    .ask(anna, { ...waiting, deviceId: PHONE, since: ofPhone, setPresence: 'online' })
    .finally(() => (isOver = true));
  const laptop = await world.ask(anna, { ...waiting, deviceId: LAPTOP, since: ofLaptop, setPresence: 'offline' });
  expect(told(laptop)[anna]).toMatchObject({ presence: 'online' });
  await world.presence.settle();
  expect(isOver).toBe(false);
  // It comes along with what is.
  await world.send(room, bernd, 'news');
  const answer = await phone;
  expect(answer.rooms?.join?.[room]?.timeline.events).toHaveLength(1);
  expect(told(answer)[anna]).toMatchObject({ presence: 'online' });
  // What another device does is news.
  const next = world.ask(anna, { ...waiting, deviceId: PHONE, since: answer.next_batch, setPresence: 'online' });
  await world.presence.set({ userId: anna, deviceId: LAPTOP }, { state: 'online', statusMsg: 'Mittag' });
  expect(told(await next)[anna]).toMatchObject({ status_msg: 'Mittag' });
});
