import { MatrixError, notFound, type clientServer } from '@stafette/contracts';
import { parseEventId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { getVisibleEvent, openRoom, presentEvents, type HistoryOptions } from '../room-access.ts';

export const getOneEvent =
  (options: HistoryOptions): Handler<typeof clientServer.getOneEvent> =>
  async ({ params, requester }) => {
    const eventId = parseEventId(params.eventId);
    const [found] = eventId === undefined ? [] : await options.roomEvents.getEvents(options.database.reader, [eventId]);
    const hidden = notFound('There is no such event');
    if (found === undefined) throw hidden;
    const access = await openRoom(options, requester, found.roomId).catch((error: unknown) => {
      throw error instanceof MatrixError && error.errcode === 'M_FORBIDDEN' ? hidden : error;
    });
    const [json] = await presentEvents(options, access, [await getVisibleEvent(options, access, params.eventId)]);
    return new PreparedResponse(json ?? '{}');
  };
