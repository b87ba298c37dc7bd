import type { RoomId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type { RoomEvents, StoredEvent } from '../../room-events/index.ts';
import type { EventFilter, FilteredEvent } from '../v3/filter.ts';
import type { RecentEvents } from './recent-events.ts';

/** Events of a room where the client names no number, and the most it is given. */
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;
/** Events that are looked at for a filter that few pass, before the client is told that there may be more. */
const MAX_SCANNED = 2000;

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
  readonly roomId: RoomId;
  readonly roomNid: number;
  /** Undefined: from the beginning of the room. */
  readonly after: number | undefined;
  readonly upTo: number;
}

export const limitOf = (filter: EventFilter): number => Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);

/** An event as filters look at it. */
export const asFiltered = (event: StoredEvent): FilteredEvent => ({
  type: event.type,
  sender: event.sender,
  hasUrl: () => typeof event.content['url'] === 'string',
});

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
  readonly recent: RecentEvents;
}

/** Reads timelines: from memory what happened lately, from the database what is older. */
export class Timelines {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async read(
    interval: TimelineInterval,
    filter: EventFilter,
    isShown: (event: StoredEvent) => boolean,
  ): Promise<Timeline> {
    const { roomNid, after, upTo } = interval;
    const limit = filter.matchesRoom(interval.roomId) ? limitOf(filter) : 0;
    const recent =
      after === undefined ? undefined : this.#d.recent.since(roomNid, after)?.filter((event) => event.pos <= upTo);
    if (recent !== undefined) return cutTimeline(recent, true, upTo, isShown, limit);
    return this.#readStored(interval, isShown, limit);
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
