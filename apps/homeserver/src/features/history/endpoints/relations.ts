import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { clientServer } from '@stafette/contracts';
import type { Requester } from '../../../http/requester.ts';
import { listRelations } from '../../room-events/index.ts';
import { encodePlace, readPlace } from '../places.ts';
import { gateOf, getVisibleEvent, openRoom, presentEvents, type HistoryOptions } from '../room-access.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** How far `recurse` goes: relations of relations of relations. */
const MAX_DEPTH = 3;

interface Request {
  readonly params: {
    readonly roomId: string;
    readonly eventId: string;
    readonly relType?: string;
    readonly eventType?: string;
  };
  readonly query: {
    readonly from?: string;
    readonly to?: string;
    readonly limit?: number;
    readonly dir?: 'b' | 'f';
    readonly recurse?: boolean;
    readonly 'org.matrix.msc3981.recurse'?: boolean;
  };
  readonly requester: Requester;
}

async function answer(options: HistoryOptions, { params, query, requester }: Request): Promise<PreparedResponse> {
  const access = await openRoom(options, requester, params.roomId);
  const parent = await getVisibleEvent(options, access, params.eventId);
  const direction = query.dir === 'f' ? 'forward' : 'backward';
  const from = query.from === undefined ? undefined : readPlace('from', query.from);
  const to = query.to === undefined ? undefined : readPlace('to', query.to);
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT) || 1;
  const recurses = (query.recurse ?? query['org.matrix.msc3981.recurse']) === true;
  const depth = recurses ? MAX_DEPTH : 1;
  const [lower, upper] = direction === 'forward' ? [from, to] : [to, from];
  const found = await listRelations(options.database.reader, {
    roomNid: access.room.nid,
    eventId: parent.eventId,
    relType: params.relType,
    eventType: params.eventType,
    after: lower ?? 0,
    upTo: Math.min(upper ?? access.upTo, access.upTo),
    direction,
    limit: limit + 1,
    depth,
  });
  const page = found.slice(0, limit);
  const gate = await gateOf(options, access, parent.pos);
  const ignored = await options.ignoredBy(requester.userId);
  const chunk = await presentEvents(
    options,
    access,
    page.filter((event) => gate.canSee(event) && (event.stateKey !== undefined || !ignored.has(event.sender))),
  );
  const last = page.at(-1);
  const next =
    found.length > limit && last !== undefined
      ? `,"next_batch":"${encodePlace(direction === 'forward' ? last.pos : last.pos - 1)}"`
      : '';
  const previous = query.from === undefined ? '' : `,"prev_batch":${JSON.stringify(query.from)}`;
  const recursion = recurses ? `,"recursion_depth":${depth}` : '';
  return new PreparedResponse(`{"chunk":[${chunk.join(',')}]${next}${previous}${recursion}}`);
}

export const getRelatingEvents =
  (options: HistoryOptions): Handler<typeof clientServer.getRelatingEvents> =>
  async (context) =>
    answer(options, context);

export const getRelatingEventsWithRelType =
  (options: HistoryOptions): Handler<typeof clientServer.getRelatingEventsWithRelType> =>
  async (context) =>
    answer(options, context);

export const getRelatingEventsWithRelTypeAndEventType =
  (options: HistoryOptions): Handler<typeof clientServer.getRelatingEventsWithRelTypeAndEventType> =>
  async (context) =>
    answer(options, context);
