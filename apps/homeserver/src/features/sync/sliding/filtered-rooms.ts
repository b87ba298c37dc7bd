import type { RoomId } from '@stafette/protocol';
import type { Memberships } from '../../room-events/index.ts';
import type { RecencyList } from './recency-list.ts';
import type { KnownRoomFacts } from './room-facts.ts';
import type { FilteredRoom, RoomFilter } from './room-filter.ts';
import type { Labels } from './room-labels.ts';

/** Rooms of one user that a list is a window on. */
export interface ListedRooms {
  readonly size: number;
  /** Another object when rooms that did not change may have come into a window. */
  readonly version: object;
  has(roomId: RoomId): boolean;
  newestFirst(): Iterable<RoomId>;
}

const NO_TAGS: ReadonlySet<string> = new Set();

/** What rooms are judged by, at one moment. */
export interface FilterContext {
  readonly memberships: Memberships;
  readonly labels: Labels;
  readonly facts: KnownRoomFacts;
}

/** The rooms that pass one filter, kept in step with the rooms of their user: what did not change is not judged again. */
export class FilteredRooms implements ListedRooms {
  readonly filter: RoomFilter;
  readonly #order: RecencyList<RoomId>;
  readonly #matching = new Set<RoomId>();
  #labels: Labels | undefined;
  /** Rooms to judge at the next {@link update}; undefined: all. */
  #dirty: Set<RoomId> | undefined;
  #version: object = {};

  constructor(filter: RoomFilter, order: RecencyList<RoomId>) {
    this.filter = filter;
    this.#order = order;
  }

  get size(): number {
    return this.#matching.size;
  }

  get version(): object {
    return this.#version;
  }

  has(roomId: RoomId): boolean {
    return this.#matching.has(roomId);
  }

  *newestFirst(): Generator<RoomId> {
    for (const roomId of this.#order.newestFirst()) if (this.#matching.has(roomId)) yield roomId;
  }

  /** A room changed, or is no longer in the order. */
  noteChange(roomId: RoomId): void {
    if (this.filter.spaces.includes(roomId)) this.#dirty = undefined;
    else this.#dirty?.add(roomId);
  }

  /** The rooms that have to be judged. */
  pending(labels: Labels): Iterable<RoomId> {
    const isStale = this.filter.usesLabels && this.#labels !== labels;
    return this.#dirty === undefined || isStale ? this.#order.newestFirst() : this.#dirty;
  }

  update(context: FilterContext): void {
    const isPartial = this.#dirty !== undefined && this.pending(context.labels) === this.#dirty;
    let mayHaveMoved = !isPartial;
    for (const roomId of this.pending(context.labels)) {
      if (this.#judge(roomId, context)) this.#matching.add(roomId);
      else if (this.#matching.delete(roomId)) mayHaveMoved = true;
    }
    if (mayHaveMoved) this.#version = {};
    this.#labels = context.labels;
    this.#dirty = new Set();
  }

  #judge(roomId: RoomId, { memberships, labels, facts }: FilterContext): boolean {
    const membership = memberships.get(roomId)?.membership;
    if (membership === undefined || !this.#order.has(roomId)) return false;
    const room: FilteredRoom = {
      roomId,
      membership,
      isDm: labels.direct.has(roomId),
      tags: labels.tags.get(roomId) ?? NO_TAGS,
      facts: () => facts.of(roomId) ?? { isEncrypted: false, roomType: null },
      isInSpaces: () => this.filter.spaces.some((space) => facts.childrenOf(space)?.has(roomId) === true),
    };
    return this.filter.matches(room);
  }
}
