import type { Database } from '../../../database/database.ts';
import type { RoomEvents, RoomView, StoredEvent } from '../../room-events/index.ts';
import { lastOfEachKey, stateBefore, stateBeside } from './room-state-delta.ts';
import type { Timeline } from './timeline.ts';

/** What of the state of a room belongs beside a timeline. */
export class RoomStateReader {
  readonly #database: Database;
  readonly #roomEvents: RoomEvents;
  /** State without members, of rooms as of their last event: members are most of the state of a large room. */
  readonly #withoutMembers = new WeakMap<
    RoomView,
    { readonly lastPos: number; readonly events: readonly StoredEvent[] }
  >();

  constructor(database: Database, roomEvents: RoomEvents) {
    this.#database = database;
    this.#roomEvents = roomEvents;
  }

  /** The last change of each key in `(after, upTo]`. */
  async changes(roomNid: number, after: number, upTo: number, timeline: Timeline): Promise<readonly StoredEvent[]> {
    return timeline.all === undefined
      ? this.#roomEvents.stateChanges(this.#database.reader, roomNid, after, upTo)
      : lastOfEachKey(timeline.all);
  }

  /** Of these changes, what a client has to be told that applies the timeline itself. */
  async besideTimeline(
    roomNid: number,
    after: number,
    timeline: Timeline,
    changes: readonly StoredEvent[],
  ): Promise<readonly StoredEvent[]> {
    if (changes.length === 0) return [];
    const before =
      timeline.all === undefined
        ? await this.#roomEvents.stateChanges(this.#database.reader, roomNid, after, timeline.start)
        : lastOfEachKey(timeline.all.filter((event) => event.pos <= timeline.start));
    return stateBeside(before, changes, timeline.events);
  }

  /** All state at a position, from memory unless the room went on since; of members only those asked for, if any are. */
  async at(room: RoomView, upTo: number, members: ReadonlySet<string> | undefined): Promise<readonly StoredEvent[]> {
    if (room.lastPos > upTo) {
      const stored = await this.#roomEvents.stateAt(this.#database.reader, room.nid, upTo);
      return members === undefined
        ? stored
        : stored.filter((event) => event.type !== 'm.room.member' || members.has(event.stateKey ?? ''));
    }
    if (members === undefined) return [...room.allState()];
    const wanted = [...members]
      .map((userId) => room.state('m.room.member', userId))
      .filter((event) => event !== undefined);
    return [...this.#stateWithoutMembers(room), ...wanted];
  }

  /** State before a timeline, from state at its end. */
  async before(atEnd: readonly StoredEvent[], timeline: Timeline): Promise<readonly StoredEvent[]> {
    return stateBefore(atEnd, timeline.events, (eventIds) =>
      this.#roomEvents.getEvents(this.#database.reader, eventIds),
    );
  }

  #stateWithoutMembers(room: RoomView): readonly StoredEvent[] {
    const { lastPos } = room;
    const known = this.#withoutMembers.get(room);
    if (known?.lastPos === lastPos) return known.events;
    const events = [...room.allState()].filter((event) => event.type !== 'm.room.member');
    this.#withoutMembers.set(room, { lastPos, events });
    return events;
  }
}
