import type { EventFilter } from './event-filter.ts';
import { gateOf, type HistoryOptions, type RoomAccess } from './room-access.ts';
import { relatedIds, type StoredEvent } from '../room-events/index.ts';

export interface PageQuery {
  readonly direction: 'forward' | 'backward';
  /** Exclusive lower and inclusive upper bound. */
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
  readonly filter: EventFilter;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** Where the next page goes on; undefined at the end of the range. */
  readonly nextPlace: number | undefined;
}

/** Events looked at for one page at most: a page may be short, or empty, and still not the last one. */
const MAX_SCANNED = 5_000;
const MIN_CHUNK = 32;

/** A page of what a reader may see and asked for. Hidden events never end it: it goes on until it is full or the range is. */
export async function readPage(options: HistoryOptions, access: RoomAccess, query: PageQuery): Promise<Page> {
  const { direction, limit, filter } = query;
  const { requester, room } = access;
  const ignored = await options.ignoredBy(requester.userId);
  const found: StoredEvent[] = [];
  let { after, upTo } = query;
  let scanned = 0;
  for (;;) {
    const chunk = await options.roomEvents.listTimeline(options.database.reader, room.nid, {
      after,
      upTo,
      limit: Math.max(MIN_CHUNK, limit),
      direction,
    });
    const oldest = Math.min(...chunk.events.map((event) => event.pos));
    const gate = await gateOf(options, access, chunk.events.length === 0 ? 0 : oldest);
    const related = await relatedTo(options, filter, chunk.events);
    for (const [index, event] of chunk.events.entries()) {
      const isWanted =
        filter.matches(event) &&
        gate.canSee(event) &&
        related(event) &&
        (event.stateKey !== undefined || !ignored.has(event.sender));
      if (isWanted) found.push(event);
      const isLast = index === chunk.events.length - 1 && !chunk.isLimited;
      if (found.length === limit || (scanned += 1) === MAX_SCANNED) {
        return { events: found, nextPlace: isLast ? undefined : placeBeyond(event, direction) };
      }
    }
    const last = chunk.events.at(-1);
    if (!chunk.isLimited || last === undefined) return { events: found, nextPlace: undefined };
    if (direction === 'forward') after = last.pos;
    else upTo = last.pos - 1;
  }
}

/** The place behind an event in the direction of reading. A place is just after the position it names. */
const placeBeyond = (event: StoredEvent, direction: PageQuery['direction']): number =>
  direction === 'forward' ? event.pos : event.pos - 1;

async function relatedTo(
  { database }: HistoryOptions,
  filter: EventFilter,
  events: readonly StoredEvent[],
): Promise<(event: StoredEvent) => boolean> {
  const { relatedByRelTypes: relTypes, relatedBySenders: senders } = filter;
  if (relTypes === undefined && senders === undefined) return () => true;
  const ids = await relatedIds(
    database.reader,
    events.map((event) => event.eventId),
    { relTypes, senders },
  );
  return (event) => ids.has(event.eventId);
}
