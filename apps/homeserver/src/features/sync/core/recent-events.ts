import type { CommittedEvent, Purged, StoredEvent } from '../../room-events/index.ts';

interface RecentRoom {
  /** The list is complete for positions after this one. */
  completeAfter: number;
  /** In order of positions. */
  events: StoredEvent[];
}

/** Events kept over all rooms: some tens of megabytes. */
const MAX_EVENTS = 20_000;

/**
 * The newest events of all rooms, as they were committed: what a waiting client is told about is here and need not be
 * read. Shared by all readers.
 */
export class RecentEvents {
  readonly #startedAt: number;
  readonly #rooms = new Map<number, RecentRoom>();
  /** Rooms of all kept events, oldest first; the head is where the next to forget is. */
  #order: number[] = [];
  #head = 0;

  /** `startedAt`: the last position of which nothing will be added here. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** In order of positions. */
  add(event: CommittedEvent): void {
    let room = this.#rooms.get(event.roomNid);
    if (room === undefined) this.#rooms.set(event.roomNid, (room = { completeAfter: this.#startedAt, events: [] }));
    const { redactedTarget } = event;
    if (redactedTarget !== undefined) {
      const index = room.events.findIndex((known) => known.eventId === redactedTarget.eventId);
      if (index >= 0) room.events[index] = redactedTarget;
    }
    room.events.push(event);
    this.#order.push(event.roomNid);
    if (this.#order.length - this.#head > MAX_EVENTS) this.#forgetOldest();
  }

  /** Lets go of events that were deleted. The list stays complete: they are no more. */
  forget({ roomNid, events }: Purged): void {
    const room = this.#rooms.get(roomNid);
    if (room === undefined) return;
    const gone = new Set(events.map(({ pos }) => pos));
    room.events = room.events.filter((event) => !gone.has(event.pos));
  }

  /** Events of a room after a position, oldest first; undefined when they are not all here. */
  since(roomNid: number, position: number): readonly StoredEvent[] | undefined {
    const room = this.#rooms.get(roomNid);
    if (position < (room?.completeAfter ?? this.#startedAt)) return undefined;
    if (room === undefined) return [];
    let first = room.events.length;
    while (first > 0 && (room.events[first - 1]?.pos ?? 0) > position) first -= 1;
    return room.events.slice(first);
  }

  #forgetOldest(): void {
    const roomNid = this.#order[this.#head];
    this.#head += 1;
    if (this.#head >= MAX_EVENTS) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
    const room = roomNid === undefined ? undefined : this.#rooms.get(roomNid);
    const forgotten = room?.events.shift();
    if (room !== undefined && forgotten !== undefined) room.completeAfter = forgotten.pos;
  }
}
