import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { CACHE_LIMITS } from '../../platform/memory.ts';
import type { CommittedEvent } from './stored-event.ts';
import { listMemberships, type MembershipRecord } from './store.ts';

export type Memberships = ReadonlyMap<RoomId, MembershipRecord>;

interface Entry {
  readonly loaded: Promise<Map<RoomId, MembershipRecord>>;
  /** Set once loaded: changes are then applied in the tick of their commit. */
  rooms: Map<RoomId, MembershipRecord> | undefined;
  /** Changes that were committed while the database was being read. */
  readonly late: MembershipRecord[];
}

/** Which rooms each active user is or was in, in step with what is visible. */
export class MembershipIndex {
  readonly #database: Database;
  readonly #users = new Map<UserId, Entry>();

  constructor(database: Database) {
    this.#database = database;
  }

  async get(userId: UserId): Promise<Memberships> {
    const known = this.#users.get(userId);
    if (known !== undefined) {
      this.#users.delete(userId);
      this.#users.set(userId, known);
      return known.rooms ?? known.loaded;
    }
    return this.#load(userId);
  }

  apply(event: CommittedEvent): void {
    const { membership } = event;
    if (membership === undefined) return;
    const entry = this.#users.get(membership.userId);
    if (entry === undefined) return;
    const before = entry.rooms?.get(event.roomId);
    const record: MembershipRecord = {
      roomId: event.roomId,
      roomNid: event.roomNid,
      membership: membership.to,
      pos: event.pos,
      eventId: event.eventId,
      sender: event.sender,
      isForgotten: (before?.isForgotten ?? false) && (membership.to === 'leave' || membership.to === 'ban'),
    };
    if (entry.rooms === undefined) entry.late.push(record);
    else entry.rooms.set(event.roomId, record);
  }

  markForgotten(userId: UserId, roomId: RoomId): void {
    const rooms = this.#users.get(userId)?.rooms;
    const record = rooms?.get(roomId);
    if (record === undefined) this.#users.delete(userId);
    else rooms?.set(roomId, { ...record, isForgotten: true });
  }

  /** Forgets a room that is no more, and whatever is being read about it. */
  removeRoom(roomId: RoomId): void {
    for (const [userId, { rooms }] of this.#users) {
      if (rooms === undefined) this.#users.delete(userId);
      else rooms.delete(roomId);
    }
  }

  async #load(userId: UserId): Promise<Memberships> {
    const late: MembershipRecord[] = [];
    const loaded = listMemberships(this.#database.reader, userId).then((records) => {
      const rooms = new Map(records.map((record) => [record.roomId, record]));
      for (const record of late)
        if ((rooms.get(record.roomId)?.pos ?? 0) < record.pos) rooms.set(record.roomId, record);
      entry.rooms = rooms;
      return rooms;
    });
    const entry: Entry = { loaded, rooms: undefined, late };
    this.#users.set(userId, entry);
    // The one not asked for the longest goes first.
    for (const oldest of this.#users.keys()) {
      if (this.#users.size <= CACHE_LIMITS.memberships) break;
      this.#users.delete(oldest);
    }
    try {
      return await loaded;
    } catch (error) {
      if (this.#users.get(userId) === entry) this.#users.delete(userId);
      throw error;
    }
  }
}
