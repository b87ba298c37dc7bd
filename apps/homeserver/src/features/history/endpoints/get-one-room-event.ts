import { notFound, MatrixError, type clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { getVisibleEvent, openRoom, presentEvents, type HistoryOptions } from '../room-access.ts';

export const getOneRoomEvent =
  (options: HistoryOptions): Handler<typeof clientServer.getOneRoomEvent> =>
  async ({ params, requester }) => {
    // The specification has one answer for an event that is hidden and one that does not exist, in whatever room.
    const access = await openRoom(options, requester, params.roomId).catch((error: unknown) => {
      throw error instanceof MatrixError && error.errcode === 'M_FORBIDDEN'
        ? notFound('There is no such event')
        : error;
    });
    const [json] = await presentEvents(options, access, [await getVisibleEvent(options, access, params.eventId)]);
    return new PreparedResponse(json ?? '{}');
  };
