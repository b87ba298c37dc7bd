import { MatrixError } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { EventIntent, RoomView } from '../../room-events/index.ts';

/** What members who stand above all levels give: the most that anybody usually has. */
const USUAL_HIGHEST = 100;

const asObject = (value: unknown): JsonObject =>
  // Neither null nor an array: an object.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** The member of this server who can give the most power in a room. */
function mightiestLocal(room: RoomView): UserId | undefined {
  const { powerLevels } = room;
  const able = [...room.joinedLocalUsers()].filter(
    (userId) => powerLevels.userLevel(userId) >= powerLevels.eventLevel('m.room.power_levels', true),
  );
  return able.sort(
    (one, other) => powerLevels.userLevel(other) - powerLevels.userLevel(one) || (one < other ? -1 : 1),
  )[0];
}

/** Levels that are written down, as numbers; in old rooms they may be texts. */
const writtenLevels = (users: JsonObject): number[] =>
  Object.values(users).filter((level) => typeof level === 'number' && Number.isSafeInteger(level)) as number[];

/**
 * What has to be said in a room so that a user has as much power as anybody of this server, by the member who has it: their
 * level, and an invitation when they could not come in by themselves. Throws M_BAD_STATE when nobody here can give power.
 */
export function promotionOf(room: RoomView, userId: UserId): readonly EventIntent[] {
  const sender = mightiestLocal(room);
  if (sender === undefined)
    throw new MatrixError(400, 'M_BAD_STATE', 'Nobody of this server in this room can give power to others');
  const highest = room.powerLevels.userLevel(sender);
  // Where nothing is written down, the creator's power is not either.
  const content = room.state('m.room.power_levels', '')?.content ?? { users: { [sender]: highest } };
  const users = asObject(content['users']);
  const level = Number.isFinite(highest) ? highest : Math.max(USUAL_HIGHEST, ...writtenLevels(users));
  const isPowerful = room.powerLevels.userLevel(userId) >= level;
  const comesIn =
    room.membershipOf(userId) === 'join' || room.membershipOf(userId) === 'invite' || room.joinRule === 'public';
  return [
    ...(isPowerful
      ? []
      : [
          {
            type: 'm.room.power_levels',
            stateKey: '',
            sender,
            content: { ...content, users: { ...users, [userId]: level } },
          },
        ]),
    ...(comesIn ? [] : [{ type: 'm.room.member', stateKey: userId, sender, content: { membership: 'invite' } }]),
  ];
}
