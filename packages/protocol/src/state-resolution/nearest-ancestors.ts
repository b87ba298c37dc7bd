import type { EventId } from '../identifiers.ts';
import type { KnownEvents } from './known-events.ts';

const none: ReadonlySet<EventId> = new Set();

/**
 * For each event of a set, the events of the set that its `auth_events` lead to without passing another one of the set:
 * the edges of the auth graph with everything outside the set contracted. In state resolution v2 a path between two
 * conflicted events may run through events that are not conflicted, and still orders them.
 */
export function nearestAncestors(
  members: ReadonlySet<EventId>,
  events: KnownEvents,
): ReadonlyMap<EventId, ReadonlySet<EventId>> {
  const result = new Map<EventId, ReadonlySet<EventId>>();
  // Of an event outside the set: what it leads to. Filled children first, by an explicit stack since chains are long.
  const outside = new Map<EventId, ReadonlySet<EventId>>();
  for (const member of members) {
    const pending = events.get(member).authEvents.filter((eventId) => !members.has(eventId));
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      if (outside.has(top)) {
        pending.pop();
        continue;
      }
      const { authEvents } = events.get(top);
      const unvisited = authEvents.filter((eventId) => !members.has(eventId) && !outside.has(eventId));
      if (unvisited.length > 0) pending.push(...unvisited);
      else outside.set(top, union(authEvents, members, outside));
    }
    result.set(member, union(events.get(member).authEvents, members, outside));
  }
  return result;
}

function union(
  authEvents: readonly EventId[],
  members: ReadonlySet<EventId>,
  outside: ReadonlyMap<EventId, ReadonlySet<EventId>>,
): ReadonlySet<EventId> {
  const found = authEvents.flatMap((eventId) =>
    members.has(eventId) ? [eventId] : [...(outside.get(eventId) ?? none)],
  );
  return found.length === 0 ? none : new Set(found);
}
