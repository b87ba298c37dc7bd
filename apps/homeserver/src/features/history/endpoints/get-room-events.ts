import { missingParam, type clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { readEventFilter } from '../event-filter.ts';
import { lazyMembers } from '../lazy-members.ts';
import { readPage } from '../page.ts';
import { encodePlace, readPlace } from '../places.ts';
import { openRoom, presentEvents, presentState, type HistoryOptions } from '../room-access.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;

export const getRoomEvents =
  (options: HistoryOptions): Handler<typeof clientServer.getRoomEvents> =>
  async ({ params, query, requester }) => {
    const filter = readEventFilter(query.filter);
    const access = await openRoom(options, requester, params.roomId);
    if (query.dir === undefined) throw missingParam('dir is missing');
    const isForward = query.dir === 'f';
    const from = query.from === undefined ? (isForward ? 0 : access.upTo) : readPlace('from', query.from);
    const to = query.to === undefined ? undefined : readPlace('to', query.to);
    const page = await readPage(options, access, {
      direction: isForward ? 'forward' : 'backward',
      after: isForward ? from : (to ?? 0),
      upTo: Math.min(access.upTo, isForward ? (to ?? access.upTo) : from),
      limit: Math.min(query.limit ?? filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT) || 1,
      filter,
    });
    const chunk = await presentEvents(options, access, page.events);
    const state = filter.lazyLoadMembers
      ? presentState(options, access, await lazyMembers(options, access, page.events))
      : undefined;
    const end = page.nextPlace === undefined ? '' : `,"end":"${encodePlace(page.nextPlace)}"`;
    const stateJson = state === undefined ? '' : `,"state":[${state.join(',')}]`;
    return new PreparedResponse(`{"chunk":[${chunk.join(',')}],"start":"${encodePlace(from)}"${end}${stateJson}}`);
  };
