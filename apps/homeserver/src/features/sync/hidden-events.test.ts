import type { EventId, RoomId, UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAccounts, openWorld, userNamed, type EventBody, type SyncWorld } from './testing/sync-world.ts';

let database: TestDatabase;
let world: SyncWorld;
let [anna, bernd]: UserId[] = [];
let roomId: RoomId;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
});
afterAll(async () => {
  await world.unread.flush();
  await database.drop();
});

const setState = async (type: string, content: Record<string, string>): Promise<unknown> =>
  world.roomEvents.append(roomId, [{ type, stateKey: '', sender: asAnna(), content }]);
const asAnna = (): UserId => anna ?? expect.unreachable();
const asBernd = (): UserId => bernd ?? expect.unreachable();
const send = async (...texts: readonly string[]): Promise<void> => {
  for (const text of texts) await world.send(roomId, asAnna(), text);
};

/** Bernd was in the room, was away while members only saw what happened, and is back. */
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [userNamed(`anna${count}`), userNamed(`bernd${count}`)];
  await addAccounts(database, [anna, bernd]);
  roomId = await world.createRoom(anna);
  await world.setMembership(roomId, bernd, 'join');
  await setState('m.room.topic', { topic: 'old' });
  await send('one');
  await setState('m.room.history_visibility', { history_visibility: 'joined' });
  await world.setMembership(roomId, bernd, 'leave');
  await setState('m.room.topic', { topic: 'between' });
  await send('hidden', 'hidden too');
  await setState('m.room.topic', { topic: 'new' });
  await send(...Array.from({ length: 20 }, (_unused, index) => `hidden ${index}`));
  await world.setMembership(roomId, bernd, 'join');
  await send('two');
});

const textsOf = (events: readonly EventBody[] = []): readonly unknown[] =>
  events.flatMap(({ content }) => content['body'] ?? content['topic'] ?? content['membership'] ?? []);
/** The topic of a client that takes the state and applies the timeline. */
const topicOf = (...parts: readonly (readonly EventBody[] | undefined)[]): unknown =>
  parts
    .flatMap((events) => events ?? [])
    .filter((event) => event.type === 'm.room.topic')
    .at(-1)?.content['topic'];

const slide = async (limit: number): Promise<readonly EventBody[]> => {
  const body = { room_subscriptions: { [roomId]: { timeline_limit: limit, required_state: [] } } };
  return (await world.slide(asBernd(), { body })).rooms[roomId]?.timeline ?? [];
};

describe('a timeline over events that its reader may not see', () => {
  test('goes on before them, and shows of them the state in force', async () => {
    const room = (await world.ask(asBernd(), { filter: { room: { timeline: { limit: 7 } } } })).rooms?.join?.[roomId];
    const shown = ['old', 'one', 'leave', 'new', 'join', 'two'];
    expect(textsOf(room?.timeline.events)).toEqual(shown);
    expect(topicOf(room?.state?.events, room?.timeline.events)).toBe('new');
    expect(textsOf(await slide(7))).toEqual(shown);
  });

  test('has no more events than were asked for, and a page before it', async () => {
    const filter = { room: { timeline: { limit: 4 } } };
    const room = (await world.ask(asBernd(), { filter })).rooms?.join?.[roomId];
    expect(textsOf(room?.timeline.events)).toEqual(['leave', 'new', 'join', 'two']);
    expect(room?.timeline.limited).toBe(true);
    expect(topicOf(room?.state?.events, room?.timeline.events)).toBe('new');
    expect(textsOf(await slide(4))).toEqual(['leave', 'new', 'join', 'two']);
  });

  test('is whole when nothing but them is left out', async () => {
    const room = (await world.ask(asBernd(), { filter: { room: { timeline: { limit: 100 } } } })).rooms?.join?.[roomId];
    expect(room?.timeline).toMatchObject({ limited: false });
    expect(room?.timeline.events.at(0)?.type).toBe('m.room.create');
    expect(room?.state?.events).toEqual([]);
  });

  test('begins with what they may see', async () => {
    const room = (await world.ask(asBernd(), { filter: { room: { timeline: { limit: 3 } } } })).rooms?.join?.[roomId];
    expect(textsOf(room?.timeline.events)).toEqual(['new', 'join', 'two']);
    await send('long ago');
    await world.setMembership(roomId, asBernd(), 'leave');
    await send(...Array.from({ length: 200 }, (_unused, index) => `hidden ${index}`));
    await world.setMembership(roomId, asBernd(), 'join');
    // Over more than that no timeline reaches.
    const last = (await world.ask(asBernd())).rooms?.join?.[roomId];
    expect(textsOf(last?.timeline.events)).toEqual(['join']);
    expect(last?.timeline.limited).toBe(true);
  });

  test('leaves out what was before somebody left, as well', async () => {
    const { next_batch: since } = await world.ask(asBernd());
    await send('three');
    await world.setMembership(roomId, asAnna(), 'leave', asBernd());
    const filter = { room: { timeline: { limit: 8 }, include_leave: true } };
    const left = (await world.ask(asBernd(), { filter })).rooms?.leave?.[roomId];
    expect(textsOf(left?.timeline.events)).toEqual(['one', 'leave', 'new', 'join', 'two', 'three', 'leave']);
    const news = (await world.ask(asBernd(), { since, filter })).rooms?.leave?.[roomId];
    expect(textsOf(news?.timeline.events)).toEqual(['three', 'leave']);
  });
});

test('a filter that few events pass finds them without looking at one after the other', async () => {
  const filter = { room: { timeline: { limit: 1, types: ['m.room.create'] } } };
  const room = (await world.ask(asAnna(), { filter })).rooms?.join?.[roomId];
  expect(room?.timeline).toMatchObject({ limited: false, events: [{ type: 'm.room.create' }] });
});

test('a message that is not shown moves its room for a client that has it as for a new one', async () => {
  await world.accountData.put(asBernd(), undefined, 'm.ignored_user_list', { ignored_users: { [asAnna()]: {} } });
  const body = { lists: { rooms: { ranges: [[0, 9]] as [number, number][], timeline_limit: 1, required_state: [] } } };
  const { pos } = await world.slide(asBernd(), { body });
  await send('unseen');
  const known = (await world.slide(asBernd(), { body, pos })).rooms[roomId];
  const fresh = (await world.slide(asBernd(), { body, deviceId: 'NEW' })).rooms[roomId];
  expect(known?.timeline).toBeUndefined();
  expect(known?.bump_stamp).toBe(fresh?.bump_stamp);
});

test('receipts of a room end for somebody who was put out of it, also when they come back after a while', async () => {
  const clara = userNamed(`clara${count}`);
  await addAccounts(database, [clara]);
  await world.setMembership(roomId, clara, 'join');
  const body = {
    lists: { rooms: { ranges: [[0, 9]] as [number, number][], timeline_limit: 1, required_state: [] } },
    extensions: { receipts: { enabled: true }, typing: { enabled: true } },
  };
  const first = await world.slide(asBernd(), { body });
  await world.setMembership(roomId, asAnna(), 'leave', bernd);
  const { pos } = await world.slide(asBernd(), { body, pos: first.pos });
  // They are forgotten among those who ask now and then.
  world.clock.advance(11 * 60 * 1000);
  await world.ask(clara);
  const eventId = (await world.send(roomId, asAnna(), 'later')) as EventId;
  await world.receipts.move({ userId: clara, roomId, type: 'm.read', eventId, threadId: undefined });
  await world.typing.start(clara, roomId, 100_000);
  const { extensions } = await world.slide(asBernd(), { body, pos });
  expect(extensions.receipts?.rooms ?? {}).toEqual({});
  expect(extensions.typing?.rooms ?? {}).toEqual({});
});

test('an extension that was not asked for a while tells what changed meanwhile, in the window or out of it', async () => {
  const other = await world.createRoom(asAnna());
  for (const room of [roomId, other]) await world.setMembership(room, asBernd(), 'join');
  const eventIds = [
    (await world.send(roomId, asAnna(), 'a')) as EventId,
    (await world.send(other, asAnna(), 'b')) as EventId,
  ];
  const asking = (last: number, extensions: object) => ({
    lists: { rooms: { ranges: [[0, last]] as [number, number][], timeline_limit: 1, required_state: [] } },
    extensions,
  });
  const receipts = { receipts: { enabled: true }, typing: { enabled: true } };
  const first = await world.slide(asBernd(), { body: asking(9, receipts) });
  const second = await world.slide(asBernd(), { body: asking(9, {}), pos: first.pos });
  for (const [index, room] of [roomId, other].entries()) {
    const eventId = eventIds[index] ?? expect.unreachable();
    await world.receipts.move({ userId: asAnna(), roomId: room, type: 'm.read', eventId, threadId: undefined });
    await world.typing.start(asAnna(), room, 100_000);
  }
  const third = await world.slide(asBernd(), { body: asking(9, {}), pos: second.pos });
  const narrow = await world.slide(asBernd(), { body: asking(0, receipts), pos: third.pos });
  expect(Object.keys(narrow.extensions.receipts?.rooms ?? {})).toEqual([other]);
  expect(Object.keys(narrow.extensions.typing?.rooms ?? {})).toEqual([other]);
  const wide = await world.slide(asBernd(), { body: asking(9, receipts), pos: narrow.pos });
  expect(Object.keys(wide.extensions.receipts?.rooms ?? {})).toEqual([roomId]);
  expect(Object.keys(wide.extensions.typing?.rooms ?? {})).toEqual([roomId]);
});
