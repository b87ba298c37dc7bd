import type { EventId } from '../identifiers.ts';
import { authChainOf } from './auth-difference.ts';
import type { KnownEvents } from './known-events.ts';

/**
 * "Starting from an event in the conflicted state set and following auth_events edges may lead to another event in the
 * conflicted state set. The union of all such paths between any pair of events in the conflicted state set (including
 * endpoints) forms ... the conflicted state subgraph." Those are the events that a conflicted event leads to and that lead
 * to a conflicted event: two linear walks, the second one backwards over the edges that the first one saw.
 * https://spec.matrix.org/v1.19/rooms/v12/#definitions
 */
export function conflictedSubgraph(conflicted: ReadonlySet<EventId>, events: KnownEvents): ReadonlySet<EventId> {
  const reached = new Set([...conflicted, ...authChainOf(conflicted, events)]);
  const citedBy = new Map<EventId, EventId[]>();
  for (const eventId of reached) {
    for (const authEventId of events.get(eventId).authEvents) {
      const citing = citedBy.get(authEventId);
      if (citing === undefined) citedBy.set(authEventId, [eventId]);
      else citing.push(eventId);
    }
  }
  const subgraph = new Set<EventId>();
  const pending = [...conflicted];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (subgraph.has(next)) continue;
    subgraph.add(next);
    pending.push(...(citedBy.get(next) ?? []));
  }
  return subgraph;
}
