import { type clientServer, invalidParam } from '@stafette/contracts';
import { parseUserId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { queryKeys as answerQuery } from '../query.ts';

export const queryKeys =
  (dependencies: Parameters<typeof answerQuery>[1]): Handler<typeof clientServer.queryKeys> =>
  async ({ body, requester }) => {
    const wanted = new Map<UserId, readonly string[]>();
    for (const [rawUserId, deviceIds] of Object.entries(body.device_keys)) {
      const userId = parseUserId(rawUserId);
      if (userId === undefined) throw invalidParam('A key of device_keys is not a user id');
      wanted.set(userId, deviceIds);
    }
    return answerQuery({ viewer: requester.userId, wanted }, dependencies);
  };
