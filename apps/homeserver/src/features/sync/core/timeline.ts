import type { Database } from '../../../database/database.ts';
import type { RoomEvents, RoomReader, RoomView, StoredEvent } from '../../room-events/index.ts';
import { chunksOf } from './chunks-of.ts';
import { isGone, seenBy } from './seen-events.ts';

/** Events that are looked at for a filter that few pass, before the client is told that there may be more. */
const MAX_SCANNED = 2000;
/** Events that a timeline passes over because its reader may not see them, before it ends there. */
const MAX_HIDDEN = 100;
/** Events of a page, when the newest ones were not enough; each next page has twice as many. */
const MIN_PAGE = 10;
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

/** A timeline that was read, and for whom. */
export interface TimelineView {
  readonly interval: TimelineInterval;
  readonly limit: number;
  /** Whether filter and ignore list let an event pass. */
  readonly isShown: (event: StoredEvent) => boolean;
  readonly room: RoomView;
  readonly reader: RoomReader;
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
    const { events, isComplete } = await this.#scan(
      interval,
      Math.max(limit, 1),
      (found) => found.filter(isShown).length >= limit,
    );
    return cutTimeline(events, isComplete, upTo, isShown, limit);
  }

  /** What the reader may see of a timeline; further back when something of it is hidden, and not before what is gone. */
  async visible(read: Timeline, { interval, limit, isShown, room, reader }: TimelineView): Promise<Timeline> {
    const { after = 0, upTo } = interval;
    const isHidden = (event: StoredEvent): boolean => !reader.canSee(event);
    const isPurged = after < room.purgedUpTo;
    if (!read.events.some((event) => isGone(room, event) || isHidden(event)))
      return isPurged ? { ...read, isLimited: true } : read;
    const isEnough = (found: readonly StoredEvent[]): boolean =>
      found.some((event) => isGone(room, event)) ||
      found.filter(isHidden).length >= MAX_HIDDEN ||
      seenBy(reader, found).filter(isShown).length >= limit;
    const { events, isComplete } = await this.#scan(interval, Math.max(limit, MIN_PAGE), isEnough);
    const kept = events.slice(events.findLastIndex((event) => isGone(room, event)) + 1);
    const isWhole = isComplete && !isPurged && kept.length === events.length;
    const seen = new Set(seenBy(reader, kept));
    return cutTimeline(kept, isWhole, upTo, (event) => seen.has(event) && isShown(event), limit);
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

  /** Pages backwards until that is enough, or as much as is looked at. Oldest first. */
  async #scan(
    { roomNid, after, upTo }: TimelineInterval,
    firstPage: number,
    isEnough: (found: readonly StoredEvent[]) => boolean,
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly isComplete: boolean }> {
    let events: readonly StoredEvent[] = [];
    let end = upTo;
    for (let limit = firstPage; ; limit = Math.max(MIN_PAGE, 2 * limit)) {
      const page = await this.#d.roomEvents.listTimeline(this.#d.database.reader, roomNid, {
        ...(after === undefined ? {} : { after }),
        upTo: end,
        limit,
        direction: 'backward',
      });
      events = [...page.events.toReversed(), ...events];
      const isComplete = !page.isLimited;
      const last = page.events.at(-1);
      if (isComplete || last === undefined || events.length >= MAX_SCANNED || isEnough(events))
        return { events, isComplete };
      end = last.pos - 1;
    }
  }
}
