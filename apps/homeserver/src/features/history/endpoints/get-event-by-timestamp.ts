import { notFound, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { findByTime } from '../../room-events/index.ts';
import { gateOf, openRoom, type HistoryOptions } from '../room-access.ts';

/** Hidden events passed over before the search gives up. */
const MAX_HIDDEN = 50;

export const getEventByTimestamp =
  (options: HistoryOptions): Handler<typeof clientServer.getEventByTimestamp> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const gate = await gateOf(options, access);
    const direction = query.dir === 'f' ? 'forward' : 'backward';
    for (let skip = 0; skip < MAX_HIDDEN; skip += 1) {
      const event = await findByTime(options.database.reader, {
        roomNid: access.room.nid,
        ts: query.ts,
        direction,
        skip,
      });
      if (event === undefined) break;
      if (gate.canSee(event)) return { event_id: event.eventId, origin_server_ts: event.originServerTs };
    }
    throw notFound('There is no event at or beyond this time');
  };
