import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as channels from './endpoints/channels.ts';
import * as endpoints from './endpoints/rendezvous.ts';

export { RendezvousSessions } from './rendezvous-sessions.ts';

export const rendezvousHandlers = (dependencies: endpoints.RendezvousDependencies & channels.ChannelDependencies) =>
  ({
    createRendezvousSession: endpoints.createRendezvousSession(dependencies),
    getRendezvousSession: endpoints.getRendezvousSession(dependencies),
    updateRendezvousSession: endpoints.updateRendezvousSession(dependencies),
    deleteRendezvousSession: endpoints.deleteRendezvousSession(dependencies),
    discoverRendezvous: channels.discoverRendezvous(),
    createRendezvousChannel: channels.createRendezvousChannel(dependencies),
    getRendezvousChannel: channels.getRendezvousChannel(dependencies),
    updateRendezvousChannel: channels.updateRendezvousChannel(dependencies),
    deleteRendezvousChannel: channels.deleteRendezvousChannel(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
