import { compareCodePoints } from '../canonical-json.ts';
import type { EventId } from '../identifiers.ts';
import type { KnownEvents } from './known-events.ts';

/** The power levels event among an event's auth events. */
function powerLevelsBefore(eventId: EventId, events: KnownEvents): EventId | undefined {
  return events.get(eventId).authEvents.find((authEventId) => events.get(authEventId).type === 'm.room.power_levels');
}

/**
 * The mainline ordering of events based on a power levels event, earliest first: events whose auth chain enters the
 * mainline earlier in the room's history come first, then by time, then by id.
 * https://spec.matrix.org/v1.19/rooms/v12/#definitions
 */
export function mainlineOrder(
  eventIds: Iterable<EventId>,
  powerLevels: EventId | undefined,
  events: KnownEvents,
): readonly EventId[] {
  // Position by power levels event. Those on the mainline count from 0, the newest; others take that of the first one on
  // the mainline which they lead to, or infinity.
  const positions = new Map<EventId, number>();
  for (let next = powerLevels; next !== undefined; next = powerLevelsBefore(next, events)) {
    positions.set(next, positions.size);
  }
  const positionOf = (eventId: EventId): number => {
    const path: EventId[] = [];
    let next = powerLevelsBefore(eventId, events);
    while (next !== undefined && !positions.has(next)) {
      path.push(next);
      next = powerLevelsBefore(next, events);
    }
    const position = (next === undefined ? undefined : positions.get(next)) ?? Number.POSITIVE_INFINITY;
    for (const passed of path) positions.set(passed, position);
    return position;
  };
  const ranked = [...eventIds].map((eventId) => ({
    eventId,
    position: positionOf(eventId),
    originServerTs: events.get(eventId).originServerTs,
  }));
  ranked.sort((x, y) => {
    // Not a subtraction: two positions can both be infinite.
    if (x.position !== y.position) return x.position > y.position ? -1 : 1;
    return x.originServerTs - y.originServerTs || compareCodePoints(x.eventId, y.eventId);
  });
  return ranked.map(({ eventId }) => eventId);
}
