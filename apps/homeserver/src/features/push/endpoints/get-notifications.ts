import { type clientServer, invalidParam } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { Notifications } from '../notifications.ts';

export const getNotifications =
  (notifications: Notifications): Handler<typeof clientServer.getNotifications> =>
  async ({ query, requester }) => {
    const { from, limit, only } = query;
    if (from !== undefined && !/^\d{1,16}$/.test(from)) throw invalidParam('from is not a token of this server');
    const before = from === undefined ? undefined : Number(from);
    return new PreparedResponse(
      await notifications.list(requester.userId, { before, limit, onlyHighlights: only === 'highlight' }),
    );
  };
