import { setup } from '@stafette/contracts';
import { setupHandlers, type SetupService } from './features/setup/index.ts';
import { createApplication } from './http/application.ts';
import { bindEndpoints } from './http/bind-endpoints.ts';
import type { RequestHandler } from './http/listener.ts';
import { RateLimiter, type RateLimitTable } from './http/rate-limit.ts';
import type { AccountGate } from './http/requester.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';

/** Five tries at once, then one in ten seconds, for each address. */
const LIMIT = { burst: 5, perSecond: 0.1 } as const;

const limits: RateLimitTable = {
  read: LIMIT,
  message: LIMIT,
  sync: LIMIT,
  login: LIMIT,
  registration: LIMIT,
  mail: LIMIT,
  room: LIMIT,
  invite: LIMIT,
  media: LIMIT,
  keys: LIMIT,
  search: LIMIT,
  report: LIMIT,
  preview: LIMIT,
  federation: LIMIT,
};

/** There are no accounts before the set-up, and none of its endpoints asks for one. */
const nobody: AccountGate = {
  authenticate: async () => {
    throw new Error('the set-up has no accounts');
  },
  isServiceToken: () => false,
};

/** The small application that answers before there is an agency. */
export async function createSetupApplication(service: SetupService, clock: Clock, log: Log): Promise<RequestHandler> {
  const app = createApplication((error) => log.error({ err: error }, 'set-up request failed'));
  bindEndpoints(app, setup, setupHandlers(service), {
    gate: nobody,
    rateLimiter: new RateLimiter(limits, clock),
    allowsQueryToken: false,
    closing: new AbortController().signal,
    observe: () => {},
  });
  await app.ready();
  return (request, response) => app.routing(request, response);
}
