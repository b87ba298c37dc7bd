import { admin, clientServer, federation, oauth } from '@stafette/contracts';
import type { FastifyInstance } from 'fastify';
import { composeAddresses } from './compose/addresses.ts';
import { adminHandlers } from './compose/admin-handlers.ts';
import { layBasis } from './compose/basis.ts';
import { clientHandlers, type Services } from './compose/client-handlers.ts';
import { composeAppservices } from './compose/appservices.ts';
import { startDeliveries } from './compose/deliveries.ts';
import { composeDiscovery } from './compose/discovery.ts';
import { composeEncryption } from './compose/encryption.ts';
import { federationHandlers } from './compose/federation-handlers.ts';
import { composeIdentity } from './compose/identity.ts';
import { composeLifecycle } from './compose/lifecycle.ts';
import { composeLogin } from './compose/login.ts';
import { composeMedia } from './compose/media.ts';
import type { HomeserverOptions } from './compose/options.ts';
import { composePeopleAdministration } from './compose/people-administration.ts';
import { composePersonal } from './compose/personal.ts';
import { composePresence } from './compose/presence.ts';
import { composeRooms } from './compose/rooms.ts';
import { composeSettings } from './compose/settings.ts';
import { errorPage } from './features/browser-login/index.ts';
import { Audit } from './features/audit/index.ts';
import { createDeparture } from './features/departure/index.ts';
import { protocolCrypto } from './features/server-keys/index.ts';
import { Sync } from './features/sync/index.ts';
import type { FirstAccountServices } from './first-administrator.ts';
import { createApplication } from './http/application.ts';
import { ServerSignatureGate } from './http/auth/server-signature.ts';
import { bindEndpoints, type BindContext } from './http/bind-endpoints.ts';
import { rateLimits } from './http/limits.ts';
import { RateLimiter } from './http/rate-limit.ts';
import { Housekeeping } from './platform/housekeeping.ts';

export type { HomeserverOptions } from './compose/options.ts';

export interface Homeserver extends FirstAccountServices {
  readonly app: FastifyInstance;
  /** Ends long polls, finishes what was accepted, stops jobs. The database is the caller's. */
  close(): Promise<void>;
}

/** Who hears of the end of sessions, devices and accounts. */
async function connectEndings(basis: ReturnType<typeof layBasis>, services: Services): Promise<void> {
  const { accounts, sessions, sync, pushers, deviceKeys, toDevice, pushRules } = services;
  accounts.onDeactivating((tx, userId) => services.thirdPartyIds.removeAll(tx, userId));
  accounts.onDeactivated(createDeparture({ ...services, log: basis.log }));
  accounts.onDeactivated((userId) => pushRules.erase(userId));
  accounts.onDeactivated((userId) => pushers.erase(userId));
  accounts.onDeactivated((userId) => services.threadSubscriptions.erase(userId));
  accounts.onDeactivated((userId) => services.delayedEvents.erase(userId));
  accounts.onDeactivated((userId) => services.notices.erase(userId));
  accounts.onDeactivated(async (userId) => services.presence?.erase(userId));
  sessions.guardNames((userId, deviceId) => services.crossSigning.assertNoKey(userId, deviceId));
  sessions.onEnded((userId, deviceIds) => sync.endSessions(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => pushers.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => deviceKeys.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => toDevice.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => services.accountData.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => services.dehydratedDevices.removeDevices(userId, deviceIds));
  await sessions.completeRemovals();
  await accounts.completeDeactivations();
}

/** What belongs to messages and rooms, and goes with them. */
function connectRoomEndings({ roomEvents, rooms, receipts, unread, accountData, ...services }: Services): void {
  const { purge, removal } = roomEvents;
  purge.onPurging((tx, { events }) =>
    services.urlPreviews.forget(
      tx,
      events.map(({ json }) => json),
    ),
  );
  removal.onRemoving((tx, { nid }) => rooms.aliases.removeRoom(tx, nid));
  removal.onRemoving((tx, { nid }) => receipts.removeRoom(tx, nid));
  removal.onRemoving((tx, { nid }) => unread.removeRoom(tx, nid));
  removal.onRemoving((tx, { id }) => accountData.removeRoom(tx, id));
  removal.onRemoving((tx, { id }) => services.threadSubscriptions.removeRoom(tx, id));
  removal.onRemoving((tx, { id }) => services.delayedEvents.removeRoom(tx, id));
  removal.onRemoving((tx, { id }) => services.notices.forgetRoom(tx, id));
}

/**
 * Constructs the server, in the order of its dependencies: this function is the system diagram, each group a file of
 * `compose/`. Nothing else constructs a service.
 */
export async function compose(options: HomeserverOptions): Promise<Homeserver> {
  const basis = layBasis(options);
  const { clock, database, log, features, notifier } = basis;
  const closing = new AbortController();

  const audit = new Audit(basis);
  const bridges = composeAppservices(basis);
  const addresses = composeAddresses(basis);
  const identity = await composeIdentity(basis, bridges, addresses, audit);
  const settings = await composeSettings(basis);
  const rooms = await composeRooms(basis, identity, settings, bridges, audit);
  const personal = await composePersonal(basis, settings, rooms, addresses);
  const encryption = await composeEncryption(basis, identity, rooms);
  const presence = await composePresence(basis, rooms, personal);
  const media = await composeMedia(basis);
  const discovery = composeDiscovery(basis, rooms, settings);
  const lifecycle = await composeLifecycle(basis, identity, settings, rooms, media, personal, audit);
  const peopleAdministration = await composePeopleAdministration(basis, identity, addresses, rooms, audit);
  const login = composeLogin(basis, identity, addresses, rooms);
  const sync = new Sync({
    ...basis,
    ...settings,
    ...rooms,
    ...personal,
    ...encryption,
    presence,
    profileNews: rooms.profileNews,
    oneTimeKeys: encryption.deviceKeys,
    isSignedIn: async (userId, deviceId) =>
      deviceId === undefined ||
      (await encryption.listDeviceIds(database.reader, [userId])).get(userId)?.includes(deviceId) === true,
  });
  const deliveries = await startDeliveries(basis, {
    ...bridges,
    ...identity,
    ...rooms,
    ...personal,
    ...encryption,
    presence,
  });
  const services: Services = {
    ...bridges,
    ...addresses,
    ...identity,
    ...settings,
    ...rooms,
    ...personal,
    ...encryption,
    ...media,
    ...discovery,
    ...lifecycle,
    ...peopleAdministration,
    login,
    audit,
    presence,
    sync,
    deliveries,
  };
  await connectEndings(basis, services);
  connectRoomEndings(services);

  const housekeeping = new Housekeeping(
    [
      { name: 'forget old transactions of messages to devices', run: async () => encryption.toDevice.prune() },
      { name: 'forget old previews of links', run: async (signal) => media.urlPreviews.prune(signal) },
      { name: 'give up old notifications', run: async () => personal.pushDelivery.prune() },
      { name: 'index what can be searched', run: async (signal) => discovery.search.index.complete(signal) },
      { name: 'forget what came of tasks on rooms', run: async () => lifecycle.roomTasks.prune() },
      { name: 'forget how people left deleted rooms', run: async () => rooms.roomEvents.removal.prune(clock.nowMs()) },
      { name: 'forget delayed events that ended', run: async () => lifecycle.delayedEvents.prune() },
    ],
    log,
  );

  const { accounts, sessions } = identity;
  const { setDisplayName } = rooms;
  const app = createApplication(
    (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
    options.trustedProxies,
  );
  const binding = {
    gate: identity.gate,
    serverGate: new ServerSignatureGate({ ...basis, ...rooms, keys: rooms.keyRing, crypto: protocolCrypto }),
    rateLimiter: features.rateLimits
      ? new RateLimiter(rateLimits, clock, peopleAdministration.rateLimits.overrideOf)
      : undefined,
    allowsQueryToken: features.queryStringTokens,
    closing: closing.signal,
    errorPage,
    observe: (...request: Parameters<BindContext['observe']>) => options.metrics?.observeRequest(...request),
  };
  bindEndpoints(app, clientServer, clientHandlers(basis, services), binding);
  bindEndpoints(app, federation, federationHandlers(basis, services), binding);
  bindEndpoints(app, admin, adminHandlers(basis, services), binding);
  if (login.pages) bindEndpoints(app, oauth, login.pages.handlers, binding);
  await basis.jobs.takeOver();
  basis.jobs.start();

  return {
    app,
    accounts,
    sessions,
    setDisplayName,
    async close() {
      closing.abort();
      notifier.wakeEveryone();
      await app.close();
      await basis.jobs.stop();
      await deliveries.stop();
      await personal.pushDelivery.stop();
      await basis.outbound.close();
      await lifecycle.delayedEvents.stop();
      await rooms.roomEvents.settle();
      personal.typing.dispose();
      await presence?.stop();
      media.thumbnailer.dispose();
      await housekeeping.stop();
      await personal.unread.flush();
      await identity.lastSeen.stop();
    },
  };
}
