import type { EventId } from '../identifiers.ts';
import { authDifference } from './auth-difference.ts';
import { conflictedSubgraph } from './conflicted-subgraph.ts';
import { iterativeAuth, type Resolution } from './iterative-auth.ts';
import type { StateMap } from './known-events.ts';
import { mainlineOrder } from './mainline-order.ts';
import { selectPowerEvents } from './power-events.ts';
import { powerOrder } from './power-order.ts';
import { separate } from './separate.ts';
import { powerLevelsKey, type StateKey } from './state-key.ts';

/**
 * State resolution v2, and v2.1 for rooms of version 12, which replays more of the history and starts from nothing, so that
 * a state set with outdated entries does not reset the room.
 *
 * 1. Separate the unconflicted state map and the conflicted state set; build the full conflicted set.
 * 2. Sort the power events in it, and what authorizes them, by the reverse topological power ordering.
 * 3. Apply the iterative auth checks to them: from the unconflicted state map in v2, from an empty one in v2.1.
 * 4. Order the rest by the mainline of the power levels found so far, and apply the iterative auth checks to them.
 * 5. Put the unconflicted state map over the result.
 *
 * https://spec.matrix.org/v1.19/rooms/v12/#state-resolution
 */
export function resolveV2(
  stateSets: readonly StateMap<StateKey>[],
  resolution: Resolution,
): ReadonlyMap<StateKey, EventId> {
  const { version, events } = resolution;
  const isV21 = version.stateResolution === 'v2.1';
  // 1.
  const { unconflicted, conflicted } = separate(stateSets, true);
  if (conflicted.size === 0) return unconflicted;
  const conflictedEvents = new Set([...conflicted.values()].flatMap((eventIds) => [...eventIds]));
  const subgraph = isV21 ? conflictedSubgraph(conflictedEvents, events) : [];
  const fullConflicted = new Set([...conflictedEvents, ...authDifference(stateSets, events), ...subgraph]);
  // 2.
  const powerEvents = selectPowerEvents(fullConflicted, events);
  const orderedPowerEvents = powerOrder(powerEvents, version, events);
  // 3.
  const partial = iterativeAuth(isV21 ? new Map() : unconflicted, orderedPowerEvents, resolution);
  // 4.
  const rest = [...fullConflicted].filter((eventId) => !powerEvents.has(eventId));
  const orderedRest = mainlineOrder(rest, partial.get(powerLevelsKey), events);
  const resolved = iterativeAuth(partial, orderedRest, resolution);
  // 5.
  return new Map([...resolved, ...unconflicted]);
}
