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

export const isRestricted = (room: RoomView): boolean =>
  (room.joinRule === 'restricted' && room.version.allowsRestrictedJoin) ||
  (room.joinRule === 'knock_restricted' && room.version.allowsKnockRestrictedJoin);

const isKnockable = (room: RoomView): boolean =>
  (room.joinRule === 'knock' && room.version.allowsKnock) ||
  (room.joinRule === 'knock_restricted' && room.version.allowsKnockRestrictedJoin);

/**
 * Whether somebody may learn what a room is like: they are in it or could come in, knock or look in.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy
 */
export function maySeeSummary(room: RoomView, userId: UserId, memberships: Memberships): boolean {
  const membership = room.membershipOf(userId);
  if (membership === 'join' || membership === 'invite' || room.historyVisibility === 'world_readable') return true;
  if (membership === 'ban') return false;
  return room.joinRule === 'public' || isKnockable(room) || (isRestricted(room) && meetsCondition(room, memberships));
}
