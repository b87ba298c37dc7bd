import { CACHE_LIMITS } from '../../platform/memory.ts';
import type { RelatesTo } from './event-intent.ts';
import type { Purged } from './history-purge.ts';
import type { StoredEvent } from './stored-event.ts';
import type { TimelineRange } from './timeline.ts';

interface RecentRoom {
  /** The list is complete for positions after this one. */
  completeAfter: number;
  /** In order of positions. */
  events: StoredEvent[];
  /** Events that one of the list relates to, in a way that is bundled; with the position of the newest that does. */
  readonly related: Map<string, number>;
}

/** Ways to relate that are told with the event itself. */
const BUNDLED: ReadonlySet<string> = new Set(['m.thread', 'm.replace', 'm.reference']);

const bundledRelation = ({ relatesTo }: StoredEvent): RelatesTo | undefined =>
  relatesTo !== undefined && BUNDLED.has(relatesTo.relType) ? relatesTo : undefined;

/** Index of the first event after a position. */
function indexAfter(events: readonly StoredEvent[], position: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.pos ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The newest events of all rooms, as they were committed: what a waiting client is told about, and what people who
 * scroll back ask for first, is here and need not be read. Shared by all readers.
 */
export class RecentEvents {
  readonly #startedAt: number;
  readonly #rooms = new Map<number, RecentRoom>();
  /** Rooms of all kept events, oldest first; the head is where the next to forget is. */
  #order: number[] = [];
  #head = 0;
  /** Of the JSON of all kept events. */
  #units = 0;

  /** `startedAt`: the last position of which nothing will be added here. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** In order of positions. `redactedTarget`: the event that this one redacted, as it reads now. */
  add(event: StoredEvent, redactedTarget: StoredEvent | undefined): void {
    const room = this.#roomOf(event.roomNid);
    if (redactedTarget !== undefined) {
      const index = room.events.findIndex((known) => known.eventId === redactedTarget.eventId);
      const [known] = index < 0 ? [] : room.events.splice(index, 1, redactedTarget);
      if (known !== undefined) this.#units += redactedTarget.json.length - known.json.length;
    }
    room.events.push(event);
    this.#units += event.json.length;
    const relation = bundledRelation(event);
    if (relation !== undefined) room.related.set(relation.eventId, event.pos);
    this.#order.push(event.roomNid);
    while (this.#isTooLarge()) this.#forgetOldest();
  }

  /** Lets go of a room's events up to the last that was deleted or emptied. */
  forget({ roomNid, events }: Purged): void {
    const room = this.#roomOf(roomNid);
    const upTo = Math.max(room.completeAfter, ...events.map(({ pos }) => pos));
    room.completeAfter = upTo;
    for (const event of room.events.splice(0, indexAfter(room.events, upTo))) this.#units -= event.json.length;
  }

  /** Events of a room after a position, oldest first; undefined when they are not all here. */
  since(roomNid: number, position: number): readonly StoredEvent[] | undefined {
    const room = this.#rooms.get(roomNid);
    if (position < (room?.completeAfter ?? this.#startedAt)) return undefined;
    return room?.events.slice(indexAfter(room.events, position)) ?? [];
  }

  /** A part of a room's timeline as {@link TimelineRange} says; undefined when it is not all here. */
  page(
    roomNid: number,
    { after = 0, upTo = Infinity, limit, direction }: TimelineRange,
  ): { readonly events: StoredEvent[]; readonly isLimited: boolean } | undefined {
    const room = this.#rooms.get(roomNid);
    if (room === undefined) return undefined;
    const isComplete = after >= room.completeAfter;
    if (direction === 'forward' && !isComplete) return undefined;
    const [first, end] = [indexAfter(room.events, after), indexAfter(room.events, upTo)];
    const count = Math.max(0, end - first);
    // Further back there may be more than is here.
    if (!isComplete && count <= limit) return undefined;
    const shown = Math.min(count, limit);
    const events =
      direction === 'forward' ? room.events.slice(first, first + shown) : room.events.slice(end - shown, end).reverse();
    return { events, isLimited: count > limit };
  }

  /**
   * False when nothing that is bundled relates to an event. Whatever relates to an event is newer than it, so that for
   * one of the list it would be in the list.
   */
  mayHaveRelations({ roomNid, eventId, pos }: StoredEvent): boolean {
    const room = this.#rooms.get(roomNid);
    if (pos <= (room?.completeAfter ?? this.#startedAt)) return true;
    return room?.related.has(eventId) === true;
  }

  #roomOf(roomNid: number): RecentRoom {
    let room = this.#rooms.get(roomNid);
    if (room === undefined)
      this.#rooms.set(roomNid, (room = { completeAfter: this.#startedAt, events: [], related: new Map() }));
    return room;
  }

  #isTooLarge(): boolean {
    const count = this.#order.length - this.#head;
    return count > CACHE_LIMITS.recentEvents || (count > 0 && this.#units > CACHE_LIMITS.recentEventUnits);
  }

  #forgetOldest(): void {
    const roomNid = this.#order[this.#head];
    this.#head += 1;
    if (this.#head >= CACHE_LIMITS.recentEvents) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
    const room = roomNid === undefined ? undefined : this.#rooms.get(roomNid);
    const forgotten = room?.events.shift();
    if (room === undefined || forgotten === undefined) return;
    this.#units -= forgotten.json.length;
    room.completeAfter = forgotten.pos;
    const relation = bundledRelation(forgotten);
    if (relation !== undefined && room.related.get(relation.eventId) === forgotten.pos)
      room.related.delete(relation.eventId);
  }
}
