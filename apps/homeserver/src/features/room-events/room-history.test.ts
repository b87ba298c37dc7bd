import { parseServerName, parseUserId, roomVersions, type RoomId, type UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { createSigner, protocolCrypto } from '../server-keys/index.ts';
import { canSee, filterVisible, RoomEvents, type EventIntent, type StoredEvent } from './index.ts';

const serverName = parseServerName('test.example') ?? expect.unreachable();
const userId = (name: string): UserId => parseUserId(`@${name}:test.example`) ?? expect.unreachable();
const [anna, reader, ghost] = [userId('anna'), userId('reader'), userId('ghost')];
const random = new SeededRandom('room history');

let database: TestDatabase;
let rooms: RoomEvents;
beforeAll(async () => {
  database = await createTestDatabase();
  rooms = await RoomEvents.open({
    database: database.database,
    clock: new MovableClock(),
    random,
    log: silentLog,
    serverName,
    signer: createSigner('ed25519:a_test', new Uint8Array(32).fill(7)),
    crypto: protocolCrypto,
    policies: [],
  });
});
afterAll(async () => database.drop());

const state = (type: string, content: EventIntent['content'], stateKey = '', sender = anna): EventIntent => ({
  type,
  stateKey,
  sender,
  content,
});
const member = (target: UserId, membership: string, sender = target): EventIntent =>
  state('m.room.member', { membership }, target, sender);
const visibility = (value: string): EventIntent => state('m.room.history_visibility', { history_visibility: value });

async function newRoom(first = 'shared'): Promise<RoomId> {
  const version = roomVersions.get('12') ?? expect.unreachable();
  const intents = [
    state('m.room.create', { room_version: '12' }),
    member(anna, 'join'),
    state('m.room.join_rules', { join_rule: 'public' }),
    visibility(first),
  ];
  return (await rooms.createRoom(version, intents)).roomId;
}

async function say(roomId: RoomId, body: string): Promise<StoredEvent> {
  const [appended] = await rooms.append(roomId, [{ type: 'm.room.message', sender: anna, content: { body } }]);
  const [event] = await rooms.getEvents(database.database.reader, [appended?.eventId ?? '']);
  return event ?? expect.unreachable();
}

describe('the state at a position', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('topic' as const), value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('custom' as const), value: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('member' as const), value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('message' as const), value: fc.integer() }),
  );
  const members = ['x', 'y', 'z', 'w'].map(userId);

  function intentOf(
    { kind, value }: { kind: 'topic' | 'custom' | 'member' | 'message'; value: number },
    isIn: Set<UserId>,
  ): EventIntent {
    if (kind === 'topic') return state('m.room.topic', { topic: `topic ${value}` });
    if (kind === 'custom') return state('org.example.note', { value }, `key ${value % 3}`);
    if (kind === 'message') return { type: 'm.room.message', sender: anna, content: { body: String(value) } };
    const target = members[value] ?? anna;
    const wasIn = isIn.delete(target);
    if (!wasIn) isIn.add(target);
    return member(target, wasIn ? 'leave' : 'join');
  }

  test('is that of replaying the events up to it, however they were batched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async (actions) => {
        const roomId = await newRoom();
        const isIn = new Set<UserId>();
        // Not awaited one by one: batches hold several changes of one key.
        await Promise.all(actions.map(async (one) => rooms.append(roomId, [intentOf(one, isIn)])));
        const room = await rooms.getRoom(roomId);
        const reading = database.database.reader;
        const { events } = await rooms.listTimeline(reading, room.nid, { limit: 1000, direction: 'forward' });
        const replayed = new Map<string, string>();
        for (const event of events) {
          if (event.stateKey !== undefined) replayed.set(`${event.type} ${event.stateKey}`, event.eventId);
          const at = await rooms.stateAt(reading, room.nid, event.pos);
          expect(new Map(at.map((one) => [`${one.type} ${one.stateKey}`, one.eventId]))).toEqual(replayed);
        }
        const keys = [...replayed.keys()].map(
          (key) => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)] as const,
        );
        const byKey = await rooms.stateAt(reading, room.nid, room.lastPos, keys);
        expect(new Set(byKey.map((event) => event.eventId))).toEqual(new Set(replayed.values()));
        expect(new Set([...room.allState()].map((event) => event.eventId))).toEqual(new Set(replayed.values()));
        const middle = events[Math.floor(events.length / 2)]?.pos ?? 0;
        const changed = await rooms.stateChanges(reading, room.nid, middle, room.lastPos);
        const expected = [...replayed.values()].filter((eventId) =>
          events.some((event) => event.eventId === eventId && event.pos > middle),
        );
        expect(new Set(changed.map((event) => event.eventId))).toEqual(new Set(expected));
      }),
      { numRuns: 15, seed: 4711 },
    );
  });
});

describe('the reader gate', () => {
  /** One message in each phase of the reader's relation to the room. */
  async function phases(setting: string): Promise<Readonly<Record<string, string[]>>> {
    const roomId = await newRoom(setting);
    const messages = { stranger: await say(roomId, '1') };
    await rooms.append(roomId, [member(reader, 'invite', anna)]);
    const invited = { ...messages, invited: await say(roomId, '2') };
    await rooms.append(roomId, [member(reader, 'join')]);
    const joined = { ...invited, joined: await say(roomId, '3') };
    const whileIn = await seenBy(roomId, joined);
    await rooms.append(roomId, [member(reader, 'leave')]);
    const left = { ...joined, left: await say(roomId, '4') };
    await rooms.append(roomId, [member(reader, 'ban', anna)]);
    const banned = { ...left, banned: await say(roomId, '5') };
    return { whileIn, banned: await seenBy(roomId, banned), ghost: await seenBy(roomId, banned, ghost) };
  }

  async function seenBy(
    roomId: RoomId,
    messages: Readonly<Record<string, StoredEvent>>,
    user = reader,
  ): Promise<string[]> {
    const room = await rooms.getRoom(roomId);
    const visible = await filterVisible(database.database.reader, room, user, Object.values(messages));
    const names = Object.entries(messages)
      .filter(([, event]) => visible.includes(event))
      .map(([name]) => name);
    for (const [name, event] of Object.entries(messages))
      expect(await canSee(database.database.reader, room, user, event)).toBe(names.includes(name));
    return names;
  }

  const all = ['stranger', 'invited', 'joined', 'left', 'banned'];
  test.each([
    ['world_readable', ['stranger', 'invited', 'joined'], all, all],
    ['shared', ['stranger', 'invited', 'joined'], ['stranger', 'invited', 'joined'], []],
    ['invited', ['invited', 'joined'], ['invited', 'joined'], []],
    ['joined', ['joined'], ['joined'], []],
  ])(
    'under %s shows what was said in each phase to a member, to somebody banned and to a stranger',
    async (setting, whileIn, banned, nobody) => {
      expect(await phases(setting)).toEqual({ whileIn, banned, ghost: nobody });
    },
  );

  test('judges each event by the visibility of its time', async () => {
    const roomId = await newRoom('joined');
    const hidden = await say(roomId, 'hidden');
    await rooms.append(roomId, [visibility('world_readable')]);
    const open = await say(roomId, 'open');
    await rooms.append(roomId, [visibility('joined')]);
    const hiddenAgain = await say(roomId, 'hidden again');
    expect(await seenBy(roomId, { hidden, open, hiddenAgain }, ghost)).toEqual(['open']);
    const room = await rooms.getRoom(roomId);
    const { events } = await rooms.listTimeline(database.database.reader, room.nid, {
      limit: 100,
      direction: 'forward',
    });
    const changes = events.filter((event) => event.type === 'm.room.history_visibility').slice(1);
    // A change is seen by whoever may see what was before it or what is after it.
    expect(await filterVisible(database.database.reader, room, ghost, changes)).toEqual(changes);
  });
});
