import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { claimKeys as answerClaim, type ClientKeysDependencies } from '../for-clients.ts';
import { readUsers } from '../read-users.ts';

export const claimKeys =
  (dependencies: ClientKeysDependencies): Handler<typeof clientServer.claimKeys> =>
  async ({ body }) =>
    answerClaim({ wanted: readUsers(body.one_time_keys), timeoutMs: body.timeout }, dependencies);
