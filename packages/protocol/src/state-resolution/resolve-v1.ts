import type { StateLookup } from '../event-auth/auth-input.ts';
import type { EventId } from '../identifiers.ts';
import { isAllowed, type Resolution } from './iterative-auth.ts';
import type { StateMap } from './known-events.ts';
import { separate } from './separate.ts';
import { fromStateKey, toStateKey, type StateKey } from './state-key.ts';

/** The types whose conflicts are resolved first, in this order. */
const authTypes = ['m.room.power_levels', 'm.room.join_rules', 'm.room.member'] as const;

/**
 * State resolution of room version 1.
 * https://spec.matrix.org/v1.19/rooms/v1/#state-resolution
 */
export function resolveV1(
  stateSets: readonly StateMap<StateKey>[],
  resolution: Resolution,
): ReadonlyMap<StateKey, EventId> {
  // "Start by setting R to the union of the states to be resolved, excluding any conflicting events."
  const { unconflicted, conflicted } = separate(stateSets, false);
  const resolved = new Map(unconflicted);
  const isAuthType = (type: string): boolean => authTypes.some((authType) => authType === type);
  // "First we resolve conflicts between m.room.power_levels events ... Repeat the above process for conflicts between
  // m.room.join_rules events. Repeat the above process for conflicts between m.room.member events."
  for (const authType of authTypes) {
    // The members of one pass are judged by the state before it, so that their order makes no difference.
    const before = new Map(resolved);
    for (const [key, eventIds] of conflicted) {
      const winner = fromStateKey(key)[0] === authType ? lastOfValidRun(key, eventIds, before, resolution) : undefined;
      if (winner !== undefined) resolved.set(key, winner);
    }
  }
  // "No other events affect the authorisation rules, so for all other conflicts, just pick the event with the highest depth
  // and lowest sha1(event_id) that passes authentication in R and add it to R."
  const lookup = lookupIn(resolved, resolution);
  for (const [key, eventIds] of conflicted) {
    if (isAuthType(fromStateKey(key)[0])) continue;
    const newestFirst = orderByDepth(eventIds, resolution).toReversed();
    const winner = newestFirst.find((eventId) => isAllowed(resolution.events.get(eventId), lookup, resolution));
    if (winner !== undefined) resolved.set(key, winner);
  }
  return resolved;
}

/**
 * "Add the first event in the list to R. For each subsequent event in the list, check that the event would be allowed by the
 * authorisation rules for a room in state R. If the event would be allowed, then update R with the event and continue with
 * the next event in the list. If it would not be allowed, stop."
 */
function lastOfValidRun(
  key: StateKey,
  eventIds: ReadonlySet<EventId>,
  before: StateMap<StateKey>,
  resolution: Resolution,
): EventId | undefined {
  const [first, ...others] = orderByDepth(eventIds, resolution);
  let winner = first;
  const state = new Map(before);
  for (const eventId of others) {
    if (winner !== undefined) state.set(key, winner);
    if (!isAllowed(resolution.events.get(eventId), lookupIn(state, resolution), resolution)) break;
    winner = eventId;
  }
  return winner;
}

/** "Sort the list by ascending depth then descending sha1(event_id)." */
function orderByDepth(eventIds: ReadonlySet<EventId>, { events, crypto }: Resolution): readonly EventId[] {
  const ranked = [...eventIds].map((eventId) => ({
    eventId,
    depth: events.get(eventId).depth,
    digest: crypto.sha1(eventId),
  }));
  ranked.sort((x, y) => x.depth - y.depth || compareBytes(y.digest, x.digest));
  return ranked.map(({ eventId }) => eventId);
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  for (const [index, byte] of left.entries()) {
    const difference = byte - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function lookupIn(state: StateMap<StateKey>, { events }: Resolution): StateLookup {
  return (type, stateKey) => {
    const eventId = state.get(toStateKey(type, stateKey));
    return eventId === undefined ? undefined : events.get(eventId);
  };
}
