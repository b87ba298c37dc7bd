import { MatrixError } from '@stafette/contracts';
import type { JsonValue, RoomId, UserId } from '@stafette/protocol';
import type { Memberships, RoomView } from '../room-events/index.ts';

/** The rooms whose members may come in, as the join rule lists them. */
export function allowedRooms(room: RoomView): readonly string[] {
  const allow: JsonValue | undefined = room.state('m.room.join_rules', '')?.content['allow'];
  if (!Array.isArray(allow)) return [];
  return allow.flatMap((condition: JsonValue) => {
    if (
      typeof condition !== 'object' ||
      condition === null ||
      !('type' in condition) ||
      condition.type !== 'm.room_membership'
    )
      return [];
    return 'room_id' in condition && typeof condition.room_id === 'string' ? [condition.room_id] : [];
  });
}

/** Whether the user may come in by being a member elsewhere. */
export const meetsCondition = (room: RoomView, memberships: Memberships): boolean =>
  // Room ids in content are any text; only real rooms are in the map.
  allowedRooms(room).some((roomId) => memberships.get(roomId as RoomId)?.membership === 'join');

/**
 * A member of this server whose right to invite lets somebody in. https://spec.matrix.org/v1.19/client-server-api/#restricted-rooms
 */
export function getAuthoriser(room: RoomView): UserId {
  const { powerLevels } = room;
  let best: UserId | undefined;
  for (const userId of room.joinedLocalUsers()) {
    if (powerLevels.userLevel(userId) < powerLevels.invite) continue;
    if (best === undefined || powerLevels.userLevel(userId) > powerLevels.userLevel(best)) best = userId;
  }
  if (best === undefined)
    throw new MatrixError(400, 'M_UNABLE_TO_AUTHORISE_JOIN', 'Nobody on this server can let you in');
  return best;
}

export const isRestricted = (room: RoomView): boolean =>
  (room.joinRule === 'restricted' && room.version.allowsRestrictedJoin) ||
  (room.joinRule === 'knock_restricted' && room.version.allowsKnockRestrictedJoin);
