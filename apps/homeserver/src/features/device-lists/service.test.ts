import { findRoomVersion, parseServerName, parseUserId, type RoomId, type UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { Notifier } from '../../streams/notifier.ts';
import { RoomEvents } from '../room-events/index.ts';
import { createSigner, protocolCrypto } from '../server-keys/index.ts';
import { CompanionFinder, DeviceLists } from './index.ts';

const version = findRoomVersion('12') ?? expect.unreachable();
const userId = (name: string): UserId => parseUserId(`@${name}:test.example`) ?? expect.unreachable();
const owner = userId('owner');

let testDatabase: TestDatabase;
let roomEvents: RoomEvents;
/** Knows every change since the start from memory. */
let remembering: DeviceLists;

const open = async (): Promise<DeviceLists> => {
  const { database } = testDatabase;
  return DeviceLists.open({
    database,
    notifier: new Notifier(),
    roomEvents,
    companions: new CompanionFinder(database, roomEvents),
  });
};

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  roomEvents = await RoomEvents.open({
    database: testDatabase.database,
    clock: new MovableClock(),
    random: new SeededRandom('device lists'),
    log: silentLog,
    serverName: parseServerName('test.example') ?? expect.unreachable(),
    signer: createSigner('ed25519:a_test', new Uint8Array(32).fill(7)),
    crypto: protocolCrypto,
    policies: [],
  });
  remembering = await open();
});
afterAll(async () => testDatabase.drop());

async function createRoom(): Promise<RoomId> {
  const { roomId } = await roomEvents.createRoom(version, [
    { type: 'm.room.create', stateKey: '', sender: owner, content: { room_version: '12' } },
    { type: 'm.room.member', stateKey: owner, sender: owner, content: { membership: 'join' } },
    { type: 'm.room.power_levels', stateKey: '', sender: owner, content: {} },
    { type: 'm.room.join_rules', stateKey: '', sender: owner, content: { join_rule: 'public' } },
  ]);
  return roomId;
}

/** What somebody knew at their last synchronisation. */
interface Known {
  readonly deviceLists: number;
  readonly events: number;
  readonly sharing: ReadonlySet<UserId>;
  readonly changedSince: Set<UserId>;
}

/** Three people, two rooms, and what is true of them. */
class World {
  /** What the server told wrong. */
  readonly faults: string[] = [];
  readonly #rooms: readonly (readonly [roomId: RoomId, joined: Set<UserId>])[];
  readonly #users: readonly UserId[];
  readonly #known = new Map<UserId, Known>();
  #names = 0;

  constructor(users: readonly UserId[], rooms: readonly RoomId[]) {
    this.#users = users;
    this.#rooms = rooms.map((roomId) => [roomId, new Set([owner])]);
    for (const user of users) this.#note(user);
  }

  async act(kind: Action['kind'], userIndex: number, roomIndex: number): Promise<void> {
    const user = this.#users[userIndex] ?? expect.unreachable();
    const [roomId, joined] = this.#rooms[roomIndex] ?? expect.unreachable();
    const become = async (content: { membership: string; displayname?: string }): Promise<unknown> =>
      roomEvents.append(roomId, [{ type: 'm.room.member', stateKey: user, sender: user, content }]);
    switch (kind) {
      case 'join':
        if (!joined.has(user)) await become({ membership: 'join' });
        joined.add(user);
        return;
      case 'leave':
        if (joined.delete(user)) await become({ membership: 'leave' });
        return;
      case 'rename':
        if (joined.has(user)) await become({ membership: 'join', displayname: String((this.#names += 1)) });
        return;
      case 'keys':
        await remembering.announce(user);
        for (const known of this.#known.values()) known.changedSince.add(user);
        return;
      case 'sync':
        await this.#sync(user);
    }
  }

  async #sync(user: UserId): Promise<void> {
    const known = this.#known.get(user) ?? expect.unreachable();
    const interval = {
      deviceLists: { from: known.deviceLists, to: remembering.position.current },
      events: { from: known.events, to: roomEvents.position.current },
    };
    const now = this.#sharing(user);
    const isNews = (other: UserId): boolean => known.changedSince.has(other) || !known.sharing.has(other);
    // One that was just started has to look all this up.
    for (const deviceLists of [remembering, await open()]) {
      const { changed, left } = await deviceLists.changes(user, interval);
      const expectedLeft = [...known.sharing].filter((other) => !now.has(other));
      const missing = [...now].filter((other) => isNews(other) && !changed.includes(other));
      const nobodysBusiness = changed.filter((other) => other !== user && !now.has(other));
      const isOwnRight = changed.includes(user) === known.changedSince.has(user);
      if (left.toSorted().join() !== expectedLeft.toSorted().join())
        this.faults.push(`left is ${left.join()} and should be ${expectedLeft.join()}`);
      if (missing.length > 0) this.faults.push(`${missing.join()} is missing in changed`);
      if (nobodysBusiness.length > 0) this.faults.push(`${nobodysBusiness.join()} is in changed`);
      if (!isOwnRight) this.faults.push('own changes are wrong');
    }
    this.#note(user);
  }

  #sharing(user: UserId): ReadonlySet<UserId> {
    const others = this.#rooms.flatMap(([, joined]) => (joined.has(user) ? [...joined] : []));
    return new Set(others.filter((other) => other !== user));
  }

  #note(user: UserId): void {
    this.#known.set(user, {
      deviceLists: remembering.position.current,
      events: roomEvents.position.current,
      sharing: this.#sharing(user),
      changedSince: new Set(),
    });
  }
}

const action = fc.record({
  kind: fc.constantFrom('join', 'join', 'leave', 'leave', 'sync', 'sync', 'keys', 'rename'),
  user: fc.nat({ max: 2 }),
  room: fc.nat({ max: 1 }),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

test(
  'whoever comes, goes or changes keys is told exactly to those whom it concerns, in any order of events',
  { timeout: 60_000 },
  async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 60, maxLength: 120 }), async (actions) => {
        runs += 1;
        const users = ['anna', 'bernd', 'carla'].map((name) => userId(`${name}${runs}`));
        const world = new World(users, await Promise.all([createRoom(), createRoom()]));
        for (const { kind, user, room } of actions) await world.act(kind, user, room);
        for (const user of [0, 1, 2]) await world.act('sync', user, 0);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 20, seed: 20260105 },
    );
  },
);

test('a change that only one person can see is told to that person alone, whether or not they share a room', async () => {
  const [anna, bernd] = [userId('anna'), userId('bernd')];
  const roomId = await createRoom();
  for (const user of [anna, bernd])
    await roomEvents.append(roomId, [
      { type: 'm.room.member', stateKey: user, sender: user, content: { membership: 'join' } },
    ]);
  const from = remembering.position.current;
  await remembering.change(owner, async () => ({ isChanged: true, result: undefined }), {
    audience: userId('stranger'),
  });
  const changedFor = async (viewer: UserId) =>
    (
      await remembering.changes(viewer, {
        deviceLists: { from, to: remembering.position.current },
        events: { from: roomEvents.position.current, to: roomEvents.position.current },
      })
    ).changed;
  expect(await changedFor(userId('stranger'))).toEqual([owner]);
  expect(await changedFor(anna)).toEqual([]);
  await remembering.announce(owner);
  expect(await changedFor(anna)).toEqual([owner]);
});
