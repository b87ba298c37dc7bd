import type { EventId } from '../identifiers.ts';
import type { StateMap } from './known-events.ts';
import type { StateKey } from './state-key.ts';

export interface SeparatedState {
  /** Keys whose event is the same everywhere. */
  readonly unconflicted: ReadonlyMap<StateKey, EventId>;
  /** All events of the other keys. */
  readonly conflicted: ReadonlyMap<StateKey, ReadonlySet<EventId>>;
}

/**
 * Separates what the state sets agree on from what they do not. With `absenceConflicts`, a key that one of the sets lacks
 * is conflicted (state resolution v2); without, only differing events are (v1).
 */
export function separate(stateSets: readonly StateMap<StateKey>[], absenceConflicts: boolean): SeparatedState {
  const candidates = new Map<StateKey, { readonly events: Set<EventId>; presentIn: number }>();
  for (const stateSet of stateSets) {
    for (const [key, eventId] of stateSet) {
      const candidate = candidates.get(key);
      if (candidate === undefined) candidates.set(key, { events: new Set([eventId]), presentIn: 1 });
      else {
        candidate.events.add(eventId);
        candidate.presentIn += 1;
      }
    }
  }
  const unconflicted = new Map<StateKey, EventId>();
  const conflicted = new Map<StateKey, ReadonlySet<EventId>>();
  for (const [key, { events, presentIn }] of candidates) {
    const [onlyEvent] = events;
    const agreed = events.size === 1 && (!absenceConflicts || presentIn === stateSets.length);
    if (agreed && onlyEvent !== undefined) unconflicted.set(key, onlyEvent);
    else conflicted.set(key, events);
  }
  return { unconflicted, conflicted };
}
