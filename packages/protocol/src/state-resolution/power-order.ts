import { compareCodePoints } from '../canonical-json.ts';
import type { EventId } from '../identifiers.ts';
import { readPowerLevels } from '../event-auth/power-levels.ts';
import { creatorsOf } from '../event-auth/room-facts.ts';
import { createEventIdOf } from '../event-auth/state-independent.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { KnownEvents } from './known-events.ts';
import { nearestAncestors } from './nearest-ancestors.ts';

/** What the order compares of an event. */
interface Rank {
  readonly eventId: EventId;
  readonly senderLevel: number;
  readonly originServerTs: number;
}

/**
 * The reverse topological power ordering: "the lexicographically smallest topological ordering based on the DAG formed by
 * auth events", earliest event first.
 * https://spec.matrix.org/v1.19/rooms/v12/#definitions
 */
export function powerOrder(
  selected: ReadonlySet<EventId>,
  version: RoomVersion,
  events: KnownEvents,
): readonly EventId[] {
  const waitsFor = new Map<EventId, number>();
  const unlocks = new Map<EventId, EventId[]>();
  for (const [eventId, ancestors] of nearestAncestors(selected, events)) {
    waitsFor.set(eventId, ancestors.size);
    for (const ancestor of ancestors) {
      const followers = unlocks.get(ancestor);
      if (followers === undefined) unlocks.set(ancestor, [eventId]);
      else followers.push(eventId);
    }
  }
  // Kahn's algorithm; `ready` is kept sorted with the smallest event last, where taking it costs nothing.
  const ready: Rank[] = [];
  const makeReady = (eventId: EventId): void => insertSorted(ready, rankOf(eventId, version, events));
  for (const [eventId, count] of waitsFor) if (count === 0) makeReady(eventId);
  const ordered: EventId[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    ordered.push(next.eventId);
    for (const follower of unlocks.get(next.eventId) ?? []) {
      const count = (waitsFor.get(follower) ?? 0) - 1;
      waitsFor.set(follower, count);
      if (count === 0) makeReady(follower);
    }
  }
  return ordered;
}

function rankOf(eventId: EventId, version: RoomVersion, events: KnownEvents): Rank {
  const { originServerTs } = events.get(eventId);
  return { eventId, originServerTs, senderLevel: senderLevelOf(eventId, version, events) };
}

/** The sender's level according to the event's own auth events. */
function senderLevelOf(eventId: EventId, version: RoomVersion, events: KnownEvents): number {
  const event = events.get(eventId);
  const authEvents = event.authEvents.map((authEventId) => events.get(authEventId));
  const levels = authEvents.find(({ type }) => type === 'm.room.power_levels');
  const create =
    event.type === 'm.room.create'
      ? event
      : version.roomIdIsCreateHash
        ? events.get(createEventIdOf(event.roomId))
        : authEvents.find(({ type }) => type === 'm.room.create');
  const creators = create === undefined ? [] : creatorsOf(create, version);
  return readPowerLevels(levels?.content, version, creators).userLevel(event.sender);
}

/** "x < y if x's sender has greater power level ...; or origin_server_ts is less ...; or event_id is less." */
function compareRanks(x: Rank, y: Rank): number {
  // Not a subtraction: the levels of two creators are both infinite.
  if (x.senderLevel !== y.senderLevel) return x.senderLevel > y.senderLevel ? -1 : 1;
  return x.originServerTs - y.originServerTs || compareCodePoints(x.eventId, y.eventId);
}

function insertSorted(ready: Rank[], rank: Rank): void {
  let low = 0;
  let high = ready.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = ready[middle];
    if (other !== undefined && compareRanks(other, rank) > 0) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, rank);
}
