import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { Search } from '../service.ts';

export const search =
  (service: Search): Handler<typeof clientServer.search> =>
  async ({ query, body, requester }) => {
    const wish = body.search_categories.room_events;
    if (wish === undefined) return { search_categories: {} };
    const found = await service.findRoomEvents(requester, wish, query.next_batch);
    return new PreparedResponse(`{"search_categories":{"room_events":${found}}}`);
  };
