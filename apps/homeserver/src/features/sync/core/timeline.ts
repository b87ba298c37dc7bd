import type { Database } from '../../../database/database.ts';
import type { RoomEvents, StoredEvent } from '../../room-events/index.ts';
import { chunksOf } from './chunks-of.ts';

/** Events that are looked at for a filter that few pass, before the client is told that there may be more. */
const MAX_SCANNED = 2000;
/** Rooms whose timelines are read in one statement. */
const ROOMS_PER_STATEMENT = 100;

/** The newest part of an interval of a room's history. */
export interface Timeline {
  /** Oldest first. */
  readonly events: readonly StoredEvent[];
  /** There may be more in the interval than is shown. */
  readonly isLimited: boolean;
  /** Place just before the first event that is shown; the end of the interval when there is none. */
  readonly start: number;
  /** All events of the interval, shown or not, when they are known. */
  readonly all: readonly StoredEvent[] | undefined;
}

export interface TimelineInterval {
  readonly roomNid: number;
  /** Undefined: from the beginning of the room. */
  readonly after: number | undefined;
  readonly upTo: number;
}

/** Cuts what is shown out of the newest events of an interval. `isComplete`: nothing of the interval is older. */
export function cutTimeline(
  events: readonly StoredEvent[],
  isComplete: boolean,
  upTo: number,
  isShown: (event: StoredEvent) => boolean,
  limit: number,
): Timeline {
  const matching = events.filter(isShown);
  const shown = limit === 0 ? [] : matching.slice(-limit);
  const isLimited = !isComplete || matching.length > shown.length;
  const first = shown[0];
  return {
    events: shown,
    isLimited,
    start: first === undefined ? upTo : first.pos - 1,
    all: isComplete ? events : undefined,
  };
}

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
}

/** Reads timelines: from memory what happened lately, from the database what is older. */
export class Timelines {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async read(interval: TimelineInterval, limit: number, isShown: (event: StoredEvent) => boolean): Promise<Timeline> {
    const { roomNid, after, upTo } = interval;
    const recent =
      after === undefined
        ? undefined
        : this.#d.roomEvents.recent.since(roomNid, after)?.filter((event) => event.pos <= upTo);
    if (recent !== undefined) return cutTimeline(recent, true, upTo, isShown, limit);
    return this.#readStored(interval, isShown, limit);
  }

  /** The newest events of many rooms, by room number, some hundred rooms a statement. For rooms where nearly all events are shown. */
  async newest(
    roomNids: readonly number[],
    upTo: number,
    limit: number,
    isShown: (event: StoredEvent) => boolean,
  ): Promise<ReadonlyMap<number, Timeline>> {
    const timelines = new Map<number, Timeline>();
    await Promise.all(
      chunksOf(roomNids, ROOMS_PER_STATEMENT).map(async (chunk) => {
        const read = await this.#d.roomEvents.listTimelines(this.#d.database.reader, chunk, upTo, limit);
        for (const [roomNid, { events, isLimited }] of read)
          timelines.set(roomNid, cutTimeline(events, !isLimited, upTo, isShown, limit));
      }),
    );
    return timelines;
  }

  /** Pages backwards until enough events pass. */
  async #readStored(
    { roomNid, after, upTo }: TimelineInterval,
    isShown: (event: StoredEvent) => boolean,
    limit: number,
  ): Promise<Timeline> {
    let events: readonly StoredEvent[] = [];
    let end = upTo;
    for (let scanned = 0; scanned < MAX_SCANNED;) {
      const page = await this.#d.roomEvents.listTimeline(this.#d.database.reader, roomNid, {
        ...(after === undefined ? {} : { after }),
        upTo: end,
        limit: Math.max(limit, 1),
        direction: 'backward',
      });
      events = [...page.events.toReversed(), ...events];
      const isComplete = !page.isLimited;
      const last = page.events.at(-1);
      if (isComplete || last === undefined || events.filter(isShown).length >= limit) {
        return cutTimeline(events, isComplete, upTo, isShown, limit);
      }
      scanned += page.events.length;
      end = last.pos - 1;
    }
    return cutTimeline(events, false, upTo, isShown, limit);
  }
}
