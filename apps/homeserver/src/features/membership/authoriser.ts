import { MatrixError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { RoomView } from '../room-events/index.ts';

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
