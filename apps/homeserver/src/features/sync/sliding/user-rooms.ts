import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import {
  listEverJoined,
  listLastOfTypes,
  type MembershipRecord,
  type Memberships,
  type RoomEvents,
} from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { FilteredRooms, type ListedRooms } from './filtered-rooms.ts';
import { RecencyList } from './recency-list.ts';
import { KnownRoomFacts } from './room-facts.ts';
import type { RoomFilter } from './room-filter.ts';
import type { Labels, RoomLabels } from './room-labels.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly labels: RoomLabels;
}

/** A user's rooms at one moment; good until the caller next waits for something. */
export interface RoomsMoment {
  /** Position of the last event that is taken into account. */
  readonly at: number;
  readonly memberships: Memberships;
  readonly labels: Labels;
}

/** Filters of one user that are kept in step before all are dropped; one request may add as many. */
const MAX_FILTERS = 100;

const isRemovedByOthers = ({ membership, sender }: MembershipRecord, userId: UserId): boolean =>
  membership === 'ban' || (membership === 'leave' && sender !== userId);

/**
 * The rooms of a user who synchronises, the last active first: those they are in, invited to or knock at, and those that
 * others put them out of. Kept in step with the user's change log, so that a look costs what changed.
 */
export class UserRooms implements ListedRooms {
  readonly #d: Dependencies;
  readonly #userId: UserId;
  readonly #active: ActiveUser;
  readonly #order = new RecencyList<RoomId>();
  readonly #facts: KnownRoomFacts;
  readonly #filtered = new Map<string, FilteredRooms>();
  /** Of rooms that others put the user out of: as of which member event, and whether the user was ever in. */
  readonly #everJoined = new Map<RoomId, { readonly pos: number; readonly wasJoined: boolean }>();
  /** Position up to which the order is in step; undefined before it is made. */
  #at: number | undefined;
  #version: object = {};

  constructor(dependencies: Dependencies, userId: UserId, active: ActiveUser) {
    this.#d = dependencies;
    this.#userId = userId;
    this.#active = active;
    this.#facts = new KnownRoomFacts(dependencies);
  }

  get size(): number {
    return this.#order.size;
  }

  get version(): object {
    return this.#version;
  }

  has(roomId: RoomId): boolean {
    return this.#order.has(roomId);
  }

  newestFirst(): Iterable<RoomId> {
    return this.#order.newestFirst();
  }

  /** The rooms that pass a filter which the last {@link bringUpToDate} was told of. */
  passing(filter: RoomFilter): ListedRooms {
    return filter.key === '' ? this : this.#filteredBy(filter);
  }

  /**
   * Takes in what happened. Whatever has to be read first is read, and then everything is looked at anew: the last round
   * waits for nothing, so that positions, memberships and order are of one moment.
   */
  async bringUpToDate(filters: readonly RoomFilter[]): Promise<RoomsMoment> {
    for (;;) {
      const memberships = await this.#d.roomEvents.membershipsOf(this.#userId);
      const labels = await this.#d.labels.of(this.#userId);
      const at = this.#d.roomEvents.position.current;
      const missing = this.#at === undefined ? this.#makeOrder(memberships, at) : this.#takeIn(memberships, at);
      if (missing !== undefined) await missing;
      else {
        const unread = this.#updateFiltered(filters, memberships, labels);
        if (unread === undefined) return { at, memberships, labels };
        await unread;
      }
    }
  }

  async #makeOrder(memberships: Memberships, at: number): Promise<void> {
    const records = [...memberships.values()];
    await this.#readEverJoined(records);
    const listed = records.filter((record) => this.#isListed(record) === true);
    const isLoaded = ({ roomId }: MembershipRecord): boolean => this.#d.roomEvents.loadedRoom(roomId) !== undefined;
    const unknown = listed.filter((record) => record.membership === 'join' && !isLoaded(record));
    const stored =
      unknown.length === 0
        ? []
        : await listLastOfTypes(
            this.#d.database.reader,
            unknown.map((record) => record.roomNid),
          );
    if (this.#at !== undefined) return;
    const lastPositions = new Map(stored.map(({ roomNid, pos }) => [roomNid, pos]));
    const lastOf = (record: MembershipRecord): number =>
      record.membership === 'join'
        ? (lastPositions.get(record.roomNid) ?? this.#d.roomEvents.loadedRoom(record.roomId)?.lastPos ?? record.pos)
        : record.pos;
    const dated = listed.map((record) => ({ roomId: record.roomId, pos: lastOf(record) }));
    for (const { roomId } of dated.toSorted((one, other) => one.pos - other.pos)) this.#order.touch(roomId);
    this.#at = at;
  }

  /** Undefined when it is done; otherwise what has to be read before. */
  #takeIn(memberships: Memberships, at: number): Promise<void> | undefined {
    // Complete since before the order was made: the log is as old as this object.
    const changed = [...(this.#active.events.since(this.#at ?? 0) ?? [])].toReversed();
    const records = changed.map((roomId) => memberships.get(roomId)).filter((record) => record !== undefined);
    if (records.some((record) => this.#isListed(record) === undefined)) return this.#readEverJoined(records);
    this.#at = at;
    for (const roomId of changed) {
      const record = memberships.get(roomId);
      if (record !== undefined && this.#isListed(record) === true) this.#order.touch(roomId);
      else this.#remove(roomId);
      this.#facts.forget(roomId);
      for (const filtered of this.#filtered.values()) filtered.noteChange(roomId);
    }
    // Nothing is said when a room is forgotten; it was one of these.
    for (const roomId of this.#everJoined.keys())
      if (memberships.get(roomId)?.isForgotten === true) this.#remove(roomId);
    return undefined;
  }

  #remove(roomId: RoomId): void {
    this.#everJoined.delete(roomId);
    if (!this.#order.remove(roomId)) return;
    this.#version = {};
    for (const filtered of this.#filtered.values()) filtered.noteChange(roomId);
  }

  #updateFiltered(
    filters: readonly RoomFilter[],
    memberships: Memberships,
    labels: Labels,
  ): Promise<unknown> | undefined {
    if (this.#filtered.size > MAX_FILTERS) this.#filtered.clear();
    const asked = filters.filter((filter) => filter.key !== '').map((filter) => this.#filteredBy(filter));
    const unread = new Map<RoomId, MembershipRecord>();
    const spaces = new Set<string>();
    for (const rooms of asked) {
      for (const space of rooms.filter.spaces) if (this.#facts.childrenOf(space) === undefined) spaces.add(space);
      if (!rooms.filter.usesFacts) continue;
      for (const roomId of rooms.pending(labels)) {
        const record = memberships.get(roomId);
        if (record !== undefined && this.#facts.of(roomId) === undefined) unread.set(roomId, record);
      }
    }
    if (unread.size > 0 || spaces.size > 0) {
      // A room that is not the user's is found under no name.
      const readSpace = (space: string): Promise<void> =>
        this.#facts.readSpace(space, memberships.get(space as RoomId));
      return Promise.all([this.#facts.read([...unread.values()]), ...[...spaces].map(readSpace)]);
    }
    for (const rooms of asked) rooms.update({ memberships, labels, facts: this.#facts });
    return undefined;
  }

  #filteredBy(filter: RoomFilter): FilteredRooms {
    let rooms = this.#filtered.get(filter.key);
    if (rooms === undefined) this.#filtered.set(filter.key, (rooms = new FilteredRooms(filter, this.#order)));
    return rooms;
  }

  /** Undefined when it is not known whether the user was ever in the room. */
  #isListed(record: MembershipRecord): boolean | undefined {
    if (record.isForgotten) return false;
    if (isRemovedByOthers(record, this.#userId)) {
      const known = this.#everJoined.get(record.roomId);
      return known?.pos === record.pos ? known.wasJoined : undefined;
    }
    return record.membership !== 'leave';
  }

  async #readEverJoined(records: readonly MembershipRecord[]): Promise<void> {
    const unknown = records.filter((record) => this.#isListed(record) === undefined);
    if (unknown.length === 0) return;
    const nids = unknown.map((record) => record.roomNid);
    const joined = await listEverJoined(this.#d.database.reader, nids, this.#userId);
    for (const { roomId, roomNid, pos } of unknown)
      this.#everJoined.set(roomId, { pos, wasJoined: joined.has(roomNid) });
  }
}
