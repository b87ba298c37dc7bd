import { createTestDatabase, MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import {
  findRoomVersion,
  parseServerName,
  parseUserId,
  roomVersions,
  type RoomId,
  type RoomVersion,
  type UserId,
} from '@stafette/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { silentLog } from '../../platform/log.ts';
import { createSigner, protocolCrypto } from '../server-keys/index.ts';
import { RoomEvents, type CommittedEvent, type EventIntent } from './index.ts';

const serverName = parseServerName('test.example') ?? expect.unreachable();
const userId = (name: string): UserId => parseUserId(`@${name}:test.example`) ?? expect.unreachable();
const anna = userId('anna');
const bernd = userId('bernd');
const clock = new MovableClock();
const random = new SeededRandom('room events');
const signer = createSigner('ed25519:a_test', new Uint8Array(32).fill(7));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.drop());

const open = async (): Promise<RoomEvents> =>
  RoomEvents.open({
    database: database.database,
    clock,
    random,
    log: silentLog,
    serverName,
    signer,
    crypto: protocolCrypto,
    policies: [],
  });

const versionNamed = (id: string): RoomVersion => findRoomVersion(id) ?? expect.unreachable();

function firstEvents(version: RoomVersion, rule = 'public'): EventIntent[] {
  const by = (type: string, content: EventIntent['content'], stateKey = ''): EventIntent => ({
    type,
    stateKey,
    sender: anna,
    content,
  });
  return [
    by('m.room.create', { room_version: version.id, ...(version.createHasCreator ? { creator: anna } : {}) }),
    by('m.room.member', { membership: 'join' }, anna),
    by('m.room.power_levels', version.creatorsArePrivileged ? {} : { users: { [anna]: 100 } }),
    by('m.room.join_rules', { join_rule: rule }),
    by('m.room.history_visibility', { history_visibility: 'shared' }),
  ];
}

const message = (sender: UserId, body: string): EventIntent => ({
  type: 'm.room.message',
  sender,
  content: { msgtype: 'm.text', body },
});
const join = (sender: UserId): EventIntent => ({
  type: 'm.room.member',
  stateKey: sender,
  sender,
  content: { membership: 'join' },
});

async function newRoom(rooms: RoomEvents, version = versionNamed('12')): Promise<RoomId> {
  return (await rooms.createRoom(version, firstEvents(version))).roomId;
}

describe('a room', () => {
  test.each([...roomVersions.keys()])(
    'of version %s can be made, joined and written to, and reads the same after a restart',
    async (id) => {
      const rooms = await open();
      const roomId = await newRoom(rooms, versionNamed(id));
      await rooms.append(roomId, [join(bernd)]);
      const [sent] = await rooms.append(roomId, [message(bernd, 'hello')]);
      const state = (view: Awaited<ReturnType<RoomEvents['getRoom']>>) =>
        [...view.allState()]
          .map((event) => [event.pos, event.eventId, event.type, event.stateKey, event.clientBase])
          .sort(([left], [right]) => Number(left) - Number(right));
      const before = await rooms.getRoom(roomId);
      const restarted = await open();
      const after = await restarted.getRoom(roomId);
      expect(state(after)).toEqual(state(before));
      expect([...after.members()]).toEqual([...before.members()]);
      expect(after.lastPos).toBe(sent?.pos);
      const [again] = await restarted.append(roomId, [message(anna, 'and on it goes')]);
      const [event] = await restarted.getEvents(database.database.reader, [again?.eventId ?? '']);
      expect(event?.pdu.prevEvents).toEqual([sent?.eventId]);
      expect(event?.depth).toBe(8);
    },
  );

  test('is loaded together with others, whether they exist or not, and once however often it is asked for', async () => {
    const rooms = await open();
    const roomIds = await Promise.all(Array.from({ length: 120 }, async () => newRoom(rooms)));
    const restarted = await open();
    // The grammar does not matter here: there is no such room.
    const unknown = '!unknown:test.example' as RoomId;
    const [, single] = await Promise.all([
      restarted.loadRooms([...roomIds, unknown]),
      restarted.findRoom(roomIds[7] ?? ''),
    ]);
    expect(roomIds.map((roomId) => restarted.loadedRoom(roomId)?.joinedCount)).toEqual(roomIds.map(() => 1));
    expect(restarted.loadedRoom(roomIds[7] ?? unknown)).toBe(single);
    expect(restarted.loadedRoom(unknown)).toBeUndefined();
  });

  test('takes 128 parallel sends as one chain, each of them once', async () => {
    const rooms = await open();
    const roomId = await newRoom(rooms);
    const seen: CommittedEvent[] = [];
    rooms.onCommitted((events) => seen.push(...events));
    const sent = await Promise.all(
      Array.from({ length: 128 }, async (_, index) => rooms.append(roomId, [message(anna, `message ${index}`)])),
    );
    expect(new Set(sent.map(([event]) => event?.eventId)).size).toBe(128);
    const room = await rooms.getRoom(roomId);
    const { events } = await rooms.listTimeline(database.database.reader, room.nid, {
      limit: 1000,
      direction: 'forward',
    });
    expect(events).toHaveLength(5 + 128);
    events.slice(1).forEach((event, index) => expect(event.pdu.prevEvents).toEqual([events[index]?.eventId]));
    expect(seen.map((event) => event.pos)).toEqual(events.slice(5).map((event) => event.pos));
  });
});

describe('a transaction id', () => {
  test('finds the event of the first request: at once, while it is under way, and after a restart', async () => {
    const rooms = await open();
    const roomId = await newRoom(rooms);
    const transaction = { sessionKey: 'anna phone', txnId: 'txn1' };
    const both = await Promise.all([
      rooms.append(roomId, [message(anna, 'once')], { transaction }),
      rooms.append(roomId, [message(anna, 'once')], { transaction }),
    ]);
    const later = await rooms.append(roomId, [message(anna, 'once')], { transaction });
    const restarted = await open();
    const afterRestart = await restarted.append(roomId, [message(anna, 'once')], { transaction });
    expect(new Set([...both, later, afterRestart].map(([event]) => event?.eventId)).size).toBe(1);
    const other = await restarted.append(roomId, [message(anna, 'other')], {
      transaction: { ...transaction, sessionKey: 'anna laptop' },
    });
    expect(other[0]?.eventId).not.toBe(later[0]?.eventId);
  });

  test('of a redaction holds for its target alone', async () => {
    const rooms = await open();
    const roomId = await newRoom(rooms);
    const transaction = { sessionKey: 'anna phone', txnId: 'redact' };
    const targets = [
      (await rooms.append(roomId, [message(anna, 'a')]))[0],
      (await rooms.append(roomId, [message(anna, 'b')]))[0],
    ];
    const redactAll = async (service: RoomEvents) =>
      Promise.all(
        targets.map(async (target) => {
          const redacts = target?.eventId ?? expect.unreachable();
          return (
            await service.append(roomId, [{ type: 'm.room.redaction', sender: anna, content: {}, redacts }], {
              transaction,
            })
          )[0]?.eventId;
        }),
      );
    const first = await redactAll(rooms);
    expect(new Set(first).size).toBe(2);
    expect(await redactAll(await open())).toEqual(first);
  });
});

describe('a batch that the database refuses', () => {
  test('takes nobody with it: its parts are written one by one, chained anew, and only the bad one fails', async () => {
    const rooms = await open();
    const [roomId, otherRoomId] = [await newRoom(rooms), await newRoom(rooms)];
    await database.database.write(async (tx) => {
      await tx.execute(sql`alter table event add constraint no_poison check (json not like '%poison%')`);
    });
    const attempts = await Promise.allSettled([
      rooms.append(roomId, [message(anna, 'warm-up')]),
      rooms.append(roomId, [message(anna, 'before')]),
      rooms.append(roomId, [message(anna, 'poison')]),
      rooms.append(otherRoomId, [message(anna, 'elsewhere')]),
      rooms.append(roomId, [message(anna, 'after')]),
    ]);
    expect(attempts.map((attempt) => attempt.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    const room = await rooms.getRoom(roomId);
    const { events } = await rooms.listTimeline(database.database.reader, room.nid, {
      limit: 1000,
      direction: 'forward',
    });
    expect(events.slice(5).map((event) => event.content['body'])).toEqual(['warm-up', 'before', 'after']);
    events.slice(1).forEach((event, index) => expect(event.pdu.prevEvents).toEqual([events[index]?.eventId]));
    await expect(rooms.append(roomId, [message(anna, 'on it goes')])).resolves.toHaveLength(1);
    await database.database.write(
      async (tx) => void (await tx.execute(sql`alter table event drop constraint no_poison`)),
    );
  });
});

describe('a lost connection', () => {
  test('loses nothing and doubles nothing, whether the statement under way was committed or not', async () => {
    const rooms = await open();
    const roomId = await newRoom(rooms);
    const seen: string[] = [];
    rooms.onCommitted((events) => seen.push(...events.map((event) => event.eventId)));
    const cutAll = async (): Promise<unknown> =>
      database.database.reader.query(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
    const sender = async (name: number): Promise<string[]> => {
      const ids: string[] = [];
      for (let index = 0; index < 25; index += 1) {
        const [event] = await rooms.append(roomId, [message(anna, `${name}/${index}`)], {
          transaction: { sessionKey: `s${name}`, txnId: String(index) },
        });
        ids.push(event?.eventId ?? '');
        // Cuts fall anywhere between the other senders' statements.
        if (name === 0 && index % 5 === 0) await cutAll().catch(() => {});
      }
      return ids;
    };
    const acknowledged = (await Promise.all(Array.from({ length: 8 }, async (_, name) => sender(name)))).flat();
    const room = await rooms.getRoom(roomId);
    const { events } = await rooms.listTimeline(database.database.reader, room.nid, {
      limit: 1000,
      direction: 'forward',
    });
    expect(new Set(acknowledged).size).toBe(200);
    expect(
      events
        .slice(5)
        .map((event) => event.eventId)
        .sort(),
    ).toEqual([...acknowledged].sort());
    expect(seen.sort()).toEqual([...acknowledged].sort());
    events.slice(1).forEach((event, index) => expect(event.pdu.prevEvents).toEqual([events[index]?.eventId]));
  });
});
