import type { RateLimitTable } from './rate-limit.ts';

/**
 * How much one person may ask for: `burst` requests at once, `perSecond` in the long run. Counted by account, or by
 * address where there is no account yet; whole agencies share an address, so those are not much stricter. Clients at
 * work, with a screen full of rooms after a start, stay well below.
 */
export const rateLimits: RateLimitTable = {
  read: { burst: 400, perSecond: 50 },
  message: { burst: 60, perSecond: 10 },
  sync: { burst: 60, perSecond: 10 },
  login: { burst: 30, perSecond: 0.5 },
  registration: { burst: 20, perSecond: 0.2 },
  room: { burst: 40, perSecond: 2 },
  invite: { burst: 60, perSecond: 1 },
  media: { burst: 200, perSecond: 20 },
  keys: { burst: 200, perSecond: 20 },
  search: { burst: 30, perSecond: 3 },
};
