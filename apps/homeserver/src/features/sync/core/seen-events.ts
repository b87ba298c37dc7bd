import type { RoomReader, RoomView, StoredEvent } from '../../room-events/index.ts';
import { lastOfEachKey } from './room-state-delta.ts';

/** Messages that were deleted or are due to be: a timeline begins after them, since clients take it for one piece of history. */
export const isGone = (room: RoomView, event: StoredEvent): boolean =>
  event.pos <= room.purgedUpTo || room.hasExpired(event);

/**
 * Of the newest events of an interval, those that the reader is shown. What they may not see is left out, but for the
 * state that is in force at the end, behind anything that they may see: it is told to them anyway, and a client that
 * applies the timeline would otherwise go back to what was before.
 */
export function seenBy(reader: RoomReader, events: readonly StoredEvent[]): readonly StoredEvent[] {
  const first = events.findIndex((event) => reader.canSee(event));
  if (first < 0) return [];
  const inForce = new Set(lastOfEachKey(events));
  return events.slice(first).filter((event) => inForce.has(event) || reader.canSee(event));
}
