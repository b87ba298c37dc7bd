import { notFound, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { listEventTimes } from '../../room-events/index.ts';
import { gateOf, openRoom, type HistoryOptions } from '../room-access.ts';

/** Events looked at by one statement, and altogether before the search among hidden ones ends. */
const CHUNK = 200;
const MAX_SCANNED = 10_000;

export const getEventByTimestamp =
  (options: HistoryOptions): Handler<typeof clientServer.getEventByTimestamp> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const gate = await gateOf(options, access);
    const direction = query.dir === 'f' ? 'forward' : 'backward';
    // An event at the very time counts in both directions.
    let beyond = { originServerTs: query.ts, pos: direction === 'forward' ? -1 : Number.MAX_SAFE_INTEGER };
    for (let scanned = 0; scanned < MAX_SCANNED; scanned += CHUNK) {
      const chunk = await listEventTimes(options.database.reader, {
        roomNid: access.room.nid,
        beyond,
        direction,
        limit: CHUNK,
      });
      const found = chunk.find((event) => event.pos <= access.upTo && gate.canSee(event));
      if (found !== undefined) return { event_id: found.eventId, origin_server_ts: found.originServerTs };
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < CHUNK) break;
      beyond = last;
    }
    throw notFound('There is no event at or beyond this time');
  };
