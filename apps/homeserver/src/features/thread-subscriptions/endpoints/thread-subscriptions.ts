import { type clientServer, invalidParam } from '@stafette/contracts';
import { parseEventId, parseRoomId, type EventId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { ThreadSubscriptions } from '../service.ts';

/** Changes in one answer. */
const MAX_CHANGES = 100;

function readEventId(text: string, name: string): EventId {
  const eventId = parseEventId(text);
  if (eventId === undefined) throw invalidParam(`${name} is not an event id`);
  return eventId;
}

function keyOf({ userId }: { userId: UserId }, params: { readonly roomId: string; readonly threadRoot: string }) {
  const roomId = parseRoomId(params.roomId);
  if (roomId === undefined) throw invalidParam('roomId is not a room id');
  return { userId, roomId, root: readEventId(params.threadRoot, 'threadRoot') };
}

export const getThreadSubscription =
  (subscriptions: ThreadSubscriptions): Handler<typeof clientServer.getThreadSubscription> =>
  async ({ params, requester }) => ({ automatic: (await subscriptions.find(keyOf(requester, params))).isAutomatic });

export const subscribeThread =
  (subscriptions: ThreadSubscriptions): Handler<typeof clientServer.subscribeThread> =>
  async ({ params, body: { automatic }, requester }) => {
    const cause = automatic === undefined ? undefined : readEventId(automatic, 'automatic');
    await subscriptions.subscribe(keyOf(requester, params), cause);
    return {};
  };

export const unsubscribeThread =
  (subscriptions: ThreadSubscriptions): Handler<typeof clientServer.unsubscribeThread> =>
  async ({ params, requester }) => {
    await subscriptions.unsubscribe(keyOf(requester, params));
    return {};
  };

export const getThreadSubscriptionChanges =
  (subscriptions: ThreadSubscriptions): Handler<typeof clientServer.getThreadSubscriptionChanges> =>
  async ({ query, requester: { userId } }) => {
    const limit = Math.min(query.limit ?? MAX_CHANGES, MAX_CHANGES);
    const { end, ...changes } = await subscriptions.changesBetween(userId, { from: query.from, to: query.to }, limit);
    return { ...changes, ...(end === undefined ? {} : { end: String(end) }) };
  };
