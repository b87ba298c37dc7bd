import type { BundleViewer, RoomEvents } from '../../room-events/index.ts';
import type { Timeline } from './timeline.ts';

/** `m.relations` as JSON text, by event id. */
export type Relations = ReadonlyMap<string, string>;

export const NO_RELATIONS: Relations = new Map();

/**
 * What is told with the events of limited timelines: a client that has a gap before them cannot add it up itself. Asks only
 * about events to which another of the timeline relates: it reaches up to now, and whatever relates to an event is newer.
 * `isComplete` false: a filter may have left that out, and all are asked about.
 * https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events
 */
export async function relationsOf(
  { roomEvents }: { readonly roomEvents: RoomEvents },
  timelines: Iterable<Timeline>,
  viewer: BundleViewer,
  isComplete = true,
): Promise<Relations> {
  const events = [...timelines].filter(({ isLimited }) => isLimited).flatMap((timeline) => timeline.events);
  const targets = new Set(events.map(({ relatesTo }) => relatesTo?.eventId));
  const asked = isComplete ? events.filter(({ eventId }) => targets.has(eventId)) : events;
  return asked.length === 0 ? NO_RELATIONS : roomEvents.bundleRelations(asked, viewer);
}
