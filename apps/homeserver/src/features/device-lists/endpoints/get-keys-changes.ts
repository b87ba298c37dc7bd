import { type clientServer, invalidParam } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { parseSyncToken } from '../../../streams/tokens.ts';
import type { DeviceLists } from '../service.ts';

export const getKeysChanges =
  (deviceLists: DeviceLists): Handler<typeof clientServer.getKeysChanges> =>
  async ({ query, requester }) => {
    const from = parseSyncToken(query.from);
    const to = parseSyncToken(query.to);
    if (from === undefined || to === undefined) throw invalidParam('from and to must be tokens of earlier synchronisations');
    const { changed, left } = await deviceLists.changes(requester.userId, {
      deviceLists: { from: from.deviceLists, to: to.deviceLists },
      events: { from: from.events, to: to.events },
    });
    return { changed: [...changed], left: [...left] };
  };
