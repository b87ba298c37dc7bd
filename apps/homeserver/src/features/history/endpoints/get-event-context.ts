import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { readEventFilter } from '../event-filter.ts';
import { readPage } from '../page.ts';
import { encodePlace } from '../places.ts';
import { getVisibleEvent, openRoom, presentEvents, presentState, type HistoryOptions } from '../room-access.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

export const getEventContext =
  (options: HistoryOptions): Handler<typeof clientServer.getEventContext> =>
  async ({ params, query, requester }) => {
    const filter = readEventFilter(query.filter);
    const access = await openRoom(options, requester, params.roomId);
    const event = await getVisibleEvent(options, access, params.eventId);
    const limit = Math.min(query.limit ?? filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const [beforeLimit, afterLimit] = [Math.ceil(limit / 2), Math.floor(limit / 2)];
    const nothing = { events: [], nextPlace: undefined };
    const before =
      beforeLimit === 0
        ? nothing
        : await readPage(options, access, {
            direction: 'backward',
            after: 0,
            upTo: event.pos - 1,
            limit: beforeLimit,
            filter,
          });
    const after =
      afterLimit === 0
        ? nothing
        : await readPage(options, access, {
            direction: 'forward',
            after: event.pos,
            upTo: access.upTo,
            limit: afterLimit,
            filter,
          });
    const last = after.events.at(-1) ?? event;
    const first = before.events.at(-1) ?? event;
    const shown = [event, ...before.events, ...after.events];
    const [middle, ...others] = await presentEvents(options, access, shown);
    const senders = new Set<string>(shown.map((one) => one.sender));
    const state = (await options.roomEvents.stateAt(options.database.reader, access.room.nid, last.pos)).filter(
      (one) =>
        filter.matches(one) &&
        (!filter.lazyLoadMembers || one.type !== 'm.room.member' || senders.has(one.stateKey ?? '')),
    );
    const members = [
      `"event":${middle ?? 'null'}`,
      `"events_before":[${others.slice(0, before.events.length).join(',')}]`,
      `"events_after":[${others.slice(before.events.length).join(',')}]`,
      `"start":"${encodePlace(first.pos - 1)}"`,
      `"end":"${encodePlace(last.pos)}"`,
      `"state":[${presentState(options, access, state).join(',')}]`,
    ];
    return new PreparedResponse(`{${members.join(',')}}`);
  };
