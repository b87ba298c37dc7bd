import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { DeviceLists } from '../service.ts';

export const getKeysChanges =
  (deviceLists: DeviceLists): Handler<typeof clientServer.getKeysChanges> =>
  async ({ query, requester }) => {
    const { changed, left } = await deviceLists.changesBetween(requester.userId, query);
    return { changed: [...changed], left: [...left] };
  };
