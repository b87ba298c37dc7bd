import { notFound, type clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { openRoom, presentState, readableState, type HistoryOptions } from '../room-access.ts';

export const getRoomState =
  (options: HistoryOptions): Handler<typeof clientServer.getRoomState> =>
  async ({ params, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    return new PreparedResponse(`[${presentState(options, access, await readableState(options, access)).join(',')}]`);
  };

export const getRoomStateWithKey =
  (options: HistoryOptions): Handler<typeof clientServer.getRoomStateWithKey> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const { room, upTo, isMember } = access;
    const key = [params.eventType, params.stateKey ?? ''] as const;
    const [past] =
      isMember || upTo >= room.lastPos
        ? []
        : await options.roomEvents.stateAt(options.database.reader, room.nid, upTo, [key]);
    const event = isMember || upTo >= room.lastPos ? room.state(...key) : past;
    if (event === undefined) throw notFound('The room has no such state');
    return new PreparedResponse(
      query.format === 'event' ? (presentState(options, access, [event])[0] ?? '{}') : event.contentJson,
    );
  };
