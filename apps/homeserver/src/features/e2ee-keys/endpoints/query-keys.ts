import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { queryKeys as answerQuery, type ClientKeysDependencies } from '../for-clients.ts';
import { readUsers } from '../read-users.ts';

export const queryKeys =
  (dependencies: ClientKeysDependencies): Handler<typeof clientServer.queryKeys> =>
  async ({ body, requester }) => {
    const wanted = readUsers(body.device_keys);
    return answerQuery({ viewer: requester.userId, wanted, timeoutMs: body.timeout }, dependencies);
  };
