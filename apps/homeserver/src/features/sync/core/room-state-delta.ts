import type { StoredEvent } from '../../room-events/index.ts';

const keyOf = (event: StoredEvent): string => `${event.type}\0${event.stateKey ?? ''}`;

/** The last state event of each key. */
export function lastOfEachKey(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const last = new Map<string, StoredEvent>();
  for (const event of events) if (event.stateKey !== undefined) last.set(keyOf(event), event);
  return [...last.values()];
}

/**
 * What a client has to be told of the state when it applies the timeline on top: of the keys that changed, those whose
 * last change it is not shown, and those that changed before the timeline too.
 */
export function stateBeside(
  beforeTimeline: readonly StoredEvent[],
  changesInInterval: readonly StoredEvent[],
  timeline: readonly StoredEvent[],
): readonly StoredEvent[] {
  const shown = new Set(timeline.map((event) => event.eventId));
  const state = new Map(beforeTimeline.map((event) => [keyOf(event), event]));
  for (const event of changesInInterval) if (!shown.has(event.eventId)) state.set(keyOf(event), event);
  return [...state.values()].filter((event) => !shown.has(event.eventId));
}

/** State at the start of a timeline, from state at its end. `replaced` finds the event that another one replaced. */
export async function stateBefore(
  atEnd: Iterable<StoredEvent>,
  timeline: readonly StoredEvent[],
  findEvents: (eventIds: readonly string[]) => Promise<readonly StoredEvent[]>,
): Promise<readonly StoredEvent[]> {
  const firstOfKey = new Map<string, StoredEvent>();
  for (const event of timeline) {
    if (event.stateKey !== undefined && !firstOfKey.has(keyOf(event))) firstOfKey.set(keyOf(event), event);
  }
  if (firstOfKey.size === 0) return [...atEnd];
  const unchanged = [...atEnd].filter((event) => !firstOfKey.has(keyOf(event)));
  const replaced = [...firstOfKey.values()]
    .map((event) => event.replacesState)
    .filter((eventId) => eventId !== undefined);
  return replaced.length === 0 ? unchanged : [...unchanged, ...(await findEvents(replaced))];
}
