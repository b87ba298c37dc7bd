import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as endpoints from './endpoints/rendezvous.ts';

export { RendezvousSessions } from './rendezvous-sessions.ts';

export const rendezvousHandlers = (dependencies: endpoints.RendezvousDependencies) =>
  ({
    createRendezvousSession: endpoints.createRendezvousSession(dependencies),
    getRendezvousSession: endpoints.getRendezvousSession(dependencies),
    updateRendezvousSession: endpoints.updateRendezvousSession(dependencies),
    deleteRendezvousSession: endpoints.deleteRendezvousSession(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
