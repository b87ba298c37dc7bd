import { MatrixError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { RoomView } from '../room-events/index.ts';

/**
 * Throws M_CANNOT_LEAVE_SERVER_NOTICE_ROOM for a room in which the server tells somebody something: it is the server's
 * from its first event on. https://spec.matrix.org/v1.19/client-server-api/#server-notices
 */
export const createAssertMayLeave =
  (sender: UserId) =>
  (room: RoomView): void => {
    if (room.state('m.room.create', '')?.pdu.sender === sender)
      throw new MatrixError(
        403,
        'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM',
        'The server tells you here what you have to know: this room cannot be left',
      );
  };
