import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { PingDependencies } from '../ping.ts';
import { pingService } from '../ping.ts';

export const pingAppservice =
  (dependencies: PingDependencies): Handler<typeof clientServer.pingAppservice> =>
  async ({ params, body, requester }) => ({
    duration_ms: await pingService(dependencies, requester, params.appserviceId, body.transaction_id),
  });
