import type { RoomId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import { departureJson, listDepartures, type Departure, type Memberships } from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { objectOf } from '../core/json.ts';
import type { AnswerContext } from './answer-context.ts';
import { stateParts, timelineJson } from './room-json.ts';
import { limitOf } from './timeline-filter.ts';

/**
 * Rooms that were deleted since the client asked last, as left ones. Looked for only where one may be: a room changed of
 * which the user has no membership, or it is not known which rooms changed.
 */
export async function deletedRooms(
  { database }: { readonly database: Database },
  context: AnswerContext,
  active: ActiveUser,
  memberships: Memberships,
): Promise<ReadonlyMap<RoomId, string>> {
  const { request, to } = context;
  const { since, userId, filter } = request;
  if (since === undefined) return new Map();
  const changed = active.events.since(since.events);
  if (changed !== undefined && [...changed].every((roomId) => memberships.has(roomId))) return new Map();
  const departures = await listDepartures(database.reader, userId, since.events, to.events);
  return new Map(
    departures
      .filter(({ roomId }) => !memberships.has(roomId) && filter.room.matchesRoom(roomId))
      .map((departure) => [departure.roomId, deletedRoom(context, departure)]),
  );
}

function deletedRoom({ request }: AnswerContext, departure: Departure): string {
  const filter = request.filter.room.timeline;
  const { sender, roomId, pos } = departure;
  const isShown =
    filter.matchesRoom(roomId) &&
    limitOf(filter) > 0 &&
    filter.matches({ type: 'm.room.member', sender, hasUrl: () => false });
  const events = isShown ? [departureJson(departure)] : [];
  return objectOf([
    ...stateParts(request.stateAfter, []),
    ['timeline', timelineJson({ events, isLimited: false, start: pos - 1 })],
  ]);
}
