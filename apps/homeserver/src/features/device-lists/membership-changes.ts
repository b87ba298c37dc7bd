import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { membershipIn, type CommittedEvent, type Memberships, type RoomEvents } from '../room-events/index.ts';

/** Users who came into or out of a room since a position, with whether they were in it then. */
export type ChangedMembers = ReadonlyMap<UserId, boolean>;

interface JoinedChange {
  readonly pos: number;
  readonly roomId: RoomId;
  readonly userId: UserId;
  readonly wasJoined: boolean;
}

/** Changes kept in memory: a client that polls finds all since its last answer, without a query. */
const MAX_RECENT = 20_000;

/** Who came into and out of rooms; from memory for the recent past, from the rooms' history before that. */
export class MembershipChanges {
  readonly #database: Database;
  readonly #roomEvents: RoomEvents;
  /** In ascending order of position. */
  readonly #recent: JoinedChange[] = [];
  /** Every change after this position is in `#recent`. */
  #recentSince: number;

  constructor(database: Database, roomEvents: RoomEvents) {
    this.#database = database;
    this.#roomEvents = roomEvents;
    this.#recentSince = roomEvents.position.current;
    roomEvents.onCommitted((events) => this.#observe(events));
  }

  /** Whether nobody came or went anywhere since a position: the usual case, decided without looking at any room. */
  isQuietSince(from: number): boolean {
    return from >= this.#recentSince && (this.#recent.at(-1)?.pos ?? 0) <= from;
  }

  /** By room, for the rooms given; from a position until now. A profile change is no change here. */
  async listSince(from: number, rooms: Memberships): Promise<ReadonlyMap<RoomId, ChangedMembers>> {
    return from >= this.#recentSince ? this.#listRecent(rooms, from) : this.#listStored(rooms, from);
  }

  #listRecent(rooms: Memberships, from: number): ReadonlyMap<RoomId, ChangedMembers> {
    const byRoom = new Map<RoomId, Map<UserId, boolean>>();
    // Backwards, so that the earliest change of a user says how it was at the beginning.
    for (let index = this.#recent.length - 1; index >= 0; index -= 1) {
      const change = this.#recent[index];
      if (change === undefined || change.pos <= from) break;
      if (!rooms.has(change.roomId)) continue;
      const members = byRoom.get(change.roomId) ?? new Map<UserId, boolean>();
      byRoom.set(change.roomId, members.set(change.userId, change.wasJoined));
    }
    return byRoom;
  }

  async #listStored(rooms: Memberships, from: number): Promise<ReadonlyMap<RoomId, ChangedMembers>> {
    const { reader } = this.#database;
    const to = this.#roomEvents.position.current;
    const idsByNid = new Map([...rooms.values()].map((record) => [record.roomNid, record.roomId]));
    const byRoom = new Map<RoomId, ChangedMembers>();
    for (const roomNid of await this.#roomEvents.listChangedRooms(reader, [...idsByNid.keys()], from, to)) {
      const roomId = idsByNid.get(roomNid);
      const now = (await this.#roomEvents.stateChanges(reader, roomNid, from, to)).filter(
        (event) => event.type === 'm.room.member',
      );
      if (roomId === undefined || now.length === 0) continue;
      const keys = now.map((event) => ['m.room.member', event.stateKey ?? ''] as const);
      const before = new Map(
        (await this.#roomEvents.stateAt(reader, roomNid, from, keys)).map((event) => [
          event.stateKey,
          membershipIn(event) === 'join',
        ]),
      );
      const members = new Map<UserId, boolean>();
      for (const event of now) {
        const wasJoined = before.get(event.stateKey) ?? false;
        // The state key of a member event is a user id: the authorisation rules ask for it.
        if (wasJoined !== (membershipIn(event) === 'join')) members.set(event.stateKey as UserId, wasJoined);
      }
      if (members.size > 0) byRoom.set(roomId, members);
    }
    return byRoom;
  }

  #observe(events: readonly CommittedEvent[]): void {
    for (const { pos, roomId, membership } of events) {
      if (membership === undefined) continue;
      const wasJoined = membership.from === 'join';
      if (wasJoined !== (membership.to === 'join'))
        this.#recent.push({ pos, roomId, userId: membership.userId, wasJoined });
    }
    if (this.#recent.length <= MAX_RECENT) return;
    const dropped = this.#recent.splice(0, this.#recent.length - MAX_RECENT / 2);
    this.#recentSince = dropped.at(-1)?.pos ?? this.#recentSince;
  }
}
