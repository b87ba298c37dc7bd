import { DelayedEvents } from '../features/delayed-events/index.ts';
import type { Basis } from './basis.ts';
import type { Identity } from './identity.ts';
import type { Rooms } from './rooms.ts';

const DEFAULT_DELAYED_EVENTS = { maxDelayMs: 24 * 60 * 60 * 1000, maxPerUser: 100 };

/** What happens by itself as time goes by. */
export function composeLifecycle(
  { database, clock, random, log, options }: Basis,
  { accounts }: Identity,
  { messages }: Rooms,
) {
  const delayedEvents = new DelayedEvents({
    database,
    clock,
    random,
    log,
    messages,
    limits: options.delayedEvents ?? DEFAULT_DELAYED_EVENTS,
    assertMayWrite: async (userId) => accounts.assertMayWrite(userId),
  });
  return { delayedEvents };
}

export type Lifecycle = ReturnType<typeof composeLifecycle>;
