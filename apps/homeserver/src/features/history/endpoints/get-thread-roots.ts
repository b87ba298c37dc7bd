import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { emptiedEvent, listThreads } from '../../room-events/index.ts';
import { encodePlace, readPlace } from '../places.ts';
import { gateOf, openRoom, presentEvents, type HistoryOptions } from '../room-access.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

export const getThreadRoots =
  (options: HistoryOptions): Handler<typeof clientServer.getThreadRoots> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const from = query.from === undefined ? access.upTo : readPlace('from', query.from);
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const threads = await listThreads(options.database.reader, {
      roomNid: access.room.nid,
      upTo: Math.min(from, access.upTo),
      participant: query.include === 'participated' ? requester.userId : undefined,
      limit: limit + 1,
    });
    const page = threads.slice(0, limit);
    const roots = new Map(
      (
        await options.roomEvents.getEvents(
          options.database.reader,
          page.map((thread) => thread.rootId),
        )
      ).map((root) => [root.eventId, root]),
    );
    const gate = await gateOf(options, access);
    const ignored = await options.ignoredBy(requester.userId);
    const visible = page.flatMap((thread) => {
      const root = roots.get(thread.rootId);
      if (root === undefined || !gate.canSee(root)) return [];
      // The thread is there for those who wrote in it, without what began it.
      return [ignored.has(root.sender) ? emptiedEvent(root) : root];
    });
    const chunk = await presentEvents(options, access, visible);
    const last = page.at(-1);
    const next = threads.length > limit && last !== undefined ? `,"next_batch":"${encodePlace(last.lastPos - 1)}"` : '';
    return new PreparedResponse(`{"chunk":[${chunk.join(',')}]${next}}`);
  };
