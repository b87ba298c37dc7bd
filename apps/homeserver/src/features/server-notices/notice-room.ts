import { MatrixError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { RoomView } from '../room-events/index.ts';

/**
 * Throws M_CANNOT_LEAVE_SERVER_NOTICE_ROOM when somebody rejects the invitation to a room in which the server tells them
 * something: it is the server's from its first event on. Who has been inside may go, and is invited again with the next
 * notice. https://spec.matrix.org/v1.19/client-server-api/#server-notices
 */
export const createAssertMayLeave =
  (sender: UserId) =>
  (room: RoomView, userId: UserId): void => {
    if (room.membershipOf(userId) === 'invite' && room.state('m.room.create', '')?.pdu.sender === sender)
      throw new MatrixError(
        403,
        'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM',
        'The server tells you here what you have to know: this invitation cannot be rejected',
      );
  };
