import type { EventId } from '../identifiers.ts';
import type { KnownEvents, StateMap } from './known-events.ts';

/** Every event that can be reached over `auth_events`; the starting events only where another one leads to them. */
export function authChainOf(start: Iterable<EventId>, events: KnownEvents): ReadonlySet<EventId> {
  const chain = new Set<EventId>();
  const pending = [...start].flatMap((eventId) => events.get(eventId).authEvents);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (chain.has(next)) continue;
    chain.add(next);
    pending.push(...events.get(next).authEvents);
  }
  return chain;
}

/**
 * "The auth difference is calculated by first calculating the full auth chain for each state, that is the union of the auth
 * chains for each event in it, and then taking every event that doesn't appear in every auth chain."
 */
export function authDifference(stateSets: readonly StateMap[], events: KnownEvents): ReadonlySet<EventId> {
  const appearances = new Map<EventId, number>();
  for (const stateSet of stateSets) {
    for (const eventId of authChainOf(stateSet.values(), events)) {
      appearances.set(eventId, (appearances.get(eventId) ?? 0) + 1);
    }
  }
  const difference = new Set<EventId>();
  for (const [eventId, count] of appearances) if (count < stateSets.length) difference.add(eventId);
  return difference;
}
