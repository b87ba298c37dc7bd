import { admin, clientServer, federation } from '@stafette/contracts';
import { roomEncryption } from '@stafette/policy-room-encryption';
import type { DeviceId, JsonObject, ServerName, UserId } from '@stafette/protocol';
import type { FastifyInstance } from 'fastify';
import type { FirstAccountServices } from './first-administrator.ts';
import type { Database, ReadTx } from './database/database.ts';
import {
  Accounts,
  createRequirePassword,
  identityHandlers,
  LastSeen,
  LoginAttempts,
  LoginTokens,
  PasswordLogin,
  Passwords,
  Registration,
  SessionGate,
  Sessions,
  UserInteractiveAuth,
} from './features/identity/index.ts';
import { historyHandlers } from './features/history/index.ts';
import { Membership, membershipHandlers } from './features/membership/index.ts';
import { Messages, messagesHandlers } from './features/messages/index.ts';
import { RoomEvents } from './features/room-events/index.ts';
import { createRooms, roomsHandlers } from './features/rooms/index.ts';
import { protocolCrypto, ServerKeys, serverKeysHandlers } from './features/server-keys/index.ts';
import { AccountData, accountDataHandlers } from './features/account-data/index.ts';
import { administrationHandlers } from './features/administration/index.ts';
import { capabilitiesHandlers } from './features/capabilities/index.ts';
import { CrossSigning, crossSigningHandlers } from './features/cross-signing/index.ts';
import { createDeparture } from './features/departure/index.ts';
import { devicesHandlers } from './features/devices/index.ts';
import { CompanionFinder, DeviceLists, deviceListsHandlers } from './features/device-lists/index.ts';
import { DeviceKeys, deviceKeysHandlers } from './features/e2ee-keys/index.ts';
import { Filters, filtersHandlers } from './features/filters/index.ts';
import { IgnoredUsers } from './features/ignored-users/index.ts';
import { Invitations, invitationsHandlers } from './features/invitations/index.ts';
import { KeyBackup, keyBackupHandlers } from './features/key-backup/index.ts';
import { FileStore, Media, mediaHandlers, Thumbnailer } from './features/media/index.ts';
import { OpenIdTokens, openIdFederationHandlers, openIdHandlers } from './features/openid/index.ts';
import { memberContent, meHandlers, Profiles, profilesHandlers } from './features/profiles/index.ts';
import {
  countsInMain,
  Notifications,
  openUnreadCounts,
  Pushers,
  pushHandlers,
  PushRules,
  unreadFlags,
} from './features/push/index.ts';
import { openReceipts, receiptsHandlers } from './features/receipts/index.ts';
import { findAgency } from './features/setup/index.ts';
import { SharedSecretRegistration, sharedSecretHandlers } from './features/shared-secret-registration/index.ts';
import { Sync, syncHandlers } from './features/sync/index.ts';
import { createToDevice, toDeviceHandlers } from './features/to-device/index.ts';
import { Typing, typingHandlers } from './features/typing/index.ts';
import { userDirectoryHandlers } from './features/user-directory/index.ts';
import { createApplication } from './http/application.ts';
import { bindEndpoints, type BindContext } from './http/bind-endpoints.ts';
import type { HandlersOf } from './http/handler.ts';
import { rateLimits } from './http/limits.ts';
import { RateLimiter } from './http/rate-limit.ts';
import type { Clock } from './platform/clock.ts';
import { Housekeeping } from './platform/housekeeping.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Random } from './platform/random.ts';
import { Notifier } from './streams/notifier.ts';

/** Everything from outside that the server needs; tests pass a movable clock and a seeded random. */
export interface HomeserverOptions {
  readonly serverName: ServerName;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Addresses and networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl?: string;
  /** Absolute; uploaded files live inside. */
  readonly mediaDirectory: string;
  readonly maxUploadBytes?: number;
  readonly defaultRoomVersion?: string;
  /** Shared-secret registration of the conformance mode; off when absent. */
  readonly registrationSecret?: string | undefined;
  /** Behaviour that the conformance mode changes; see `config/`. */
  readonly features: {
    readonly openRegistration: boolean;
    readonly cheapPasswordHashes: boolean;
    readonly rateLimits: boolean;
    readonly forcedEncryption: boolean;
    readonly queryStringTokens: boolean;
  };
}

export interface Homeserver extends FirstAccountServices {
  readonly app: FastifyInstance;
  /** Ends long polls, finishes what was accepted, stops jobs. The database is the caller's. */
  close(): Promise<void>;
}

/** Bytes of the largest file, where nothing else is said. */
const DEFAULT_MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

/**
 * Constructs the server, in the order of its dependencies: this function is the system diagram. Nothing else constructs
 * a service.
 */
export async function compose(options: HomeserverOptions): Promise<Homeserver> {
  const { clock, database, log, random, serverName } = options;
  const closing = new AbortController();
  const notifier = new Notifier();

  // kernel
  const isOpen = options.features.openRegistration;
  const passwords = new Passwords(options.features.cheapPasswordHashes);
  const lastSeen = new LastSeen({ database, clock });
  lastSeen.start((error) => log.warn({ err: error }, 'where devices were last seen was not written'));
  const gate = new SessionGate({ database, clock, lastSeen });
  const sessions = new Sessions({ database, clock, random, gate, lastSeen });
  const accounts = new Accounts({
    database,
    clock,
    random,
    serverName,
    passwords,
    sessions,
    namesAreLocalparts: isOpen,
  });
  const findAccount: Accounts['find'] = async (userId) => accounts.find(userId);
  const passwordLogin = new PasswordLogin({
    accounts,
    passwords,
    attempts: new LoginAttempts(clock, options.features.rateLimits),
  });
  const loginTokens = new LoginTokens({ database, clock, random });
  const userInteractiveAuth = new UserInteractiveAuth(clock, random);
  const requirePassword = createRequirePassword({ accounts, passwordLogin, auth: userInteractiveAuth });
  const invitations = new Invitations({
    database,
    clock,
    random,
    assertAvailable: async (name) => accounts.assertAvailable(name),
  });
  const registration = new Registration({
    database,
    accounts,
    auth: userInteractiveAuth,
    isOpen,
    findAdmission: async (code) => invitations.findAdmission(code),
  });
  const sharedSecretRegistration = new SharedSecretRegistration({
    database,
    clock,
    random,
    accounts,
    secret: options.registrationSecret,
  });
  const openIdTokens = new OpenIdTokens({ database, clock, random });

  const serverKeys = await ServerKeys.open({ database, clock, random, serverName });
  const roomEvents = await RoomEvents.open({
    database,
    clock,
    random,
    log,
    serverName,
    signer: serverKeys.signer,
    crypto: protocolCrypto,
    policies: options.features.forcedEncryption ? [roomEncryption] : [],
    classifyUnread: unreadFlags,
    countsAsUnread: countsInMain,
  });
  roomEvents.onCommitted((events) => options.metrics?.eventsPersisted.inc(events.length));
  const profiles = new Profiles({ database, log, findAccount, roomEvents });
  const profileOf = async (userId: UserId): Promise<JsonObject> => memberContent(await profiles.get(userId));
  const rooms = createRooms({
    database,
    roomEvents,
    serverName,
    profileOf,
    defaultVersion: options.defaultRoomVersion ?? '12',
    forcesEncryption: options.features.forcedEncryption,
  });
  const membership = new Membership({ roomEvents, serverName, profileOf });
  const setDisplayName = async (userId: UserId, displayName: string): Promise<void> =>
    profiles.setDisplayName(userId, displayName);

  // leaves
  const messages = new Messages({ database, roomEvents, aliases: rooms.aliases });
  const accountData = await AccountData.open({ database, notifier });
  const filters = new Filters(database);
  const ignoredUsers = new IgnoredUsers(accountData);
  const ignoredBy = (userId: UserId): Promise<ReadonlySet<string>> => ignoredUsers.of(userId);
  const receipts = await openReceipts({ database, clock, notifier, roomEvents, accountData });
  const typing = new Typing({
    clock,
    notifier,
    joinedLocalUsers: (roomId) => roomEvents.loadedRoom(roomId)?.joinedLocalUsers() ?? [],
  });
  const pushRules = await PushRules.open(database, notifier);
  const pushers = new Pushers(database, clock);
  const unread = await openUnreadCounts({ database, log, serverName, roomEvents, receipts, pushRules, ignoredBy });
  const notifications = new Notifications({ database, clock, roomEvents, pushRules, unread, ignoredBy });
  const deviceLists = await DeviceLists.open({
    database,
    notifier,
    roomEvents,
    companions: new CompanionFinder(database, roomEvents),
  });
  const crossSigning = new CrossSigning({ database, deviceLists, crypto: protocolCrypto });
  const deviceKeys = new DeviceKeys({ database, deviceLists, crossSigning });
  const listDeviceIds = async (
    tx: ReadTx,
    userIds: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, readonly DeviceId[]>> => {
    const byUser = Map.groupBy(await sessions.listDevices(userIds, tx), (device) => device.user_id);
    return new Map([...byUser].map(([userId, devices]) => [userId, devices.map((device) => device.device_id)]));
  };
  const toDevice = await createToDevice({ database, clock, notifier, listDeviceIds });
  const keyBackup = new KeyBackup(database);
  const thumbnailer = new Thumbnailer();
  const media = await Media.open({
    database,
    clock,
    random,
    serverName,
    thumbnailer,
    files: await FileStore.open(options.mediaDirectory, random),
    maxUploadBytes: options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES,
  });

  // hubs
  const sync = new Sync({
    database,
    clock,
    notifier,
    roomEvents,
    receipts,
    typing,
    pushRules,
    unread,
    accountData,
    toDevice,
    deviceLists,
    ignoredBy,
    oneTimeKeys: deviceKeys,
    isSignedIn: async (userId, deviceId) =>
      deviceId === undefined ||
      (await listDeviceIds(database.reader, [userId])).get(userId)?.includes(deviceId) === true,
  });
  accounts.onDeactivated(createDeparture({ roomEvents, membership, profiles, accountData, log }));
  sessions.onEnded((userId, deviceIds) => sync.endSessions(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => pushers.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => deviceKeys.removeDevices(userId, deviceIds));
  sessions.onDevicesRemoved((userId, deviceIds) => toDevice.removeDevices(userId, deviceIds));
  accounts.onDeactivated((userId) => pushRules.erase(userId));
  await sessions.completeRemovals();
  await accounts.completeDeactivations();

  const housekeeping = new Housekeeping(
    [{ name: 'forget old transactions of messages to devices', run: async () => toDevice.prune() }],
    log,
  );

  const handlers: HandlersOf<typeof clientServer> = {
    ...capabilitiesHandlers({
      defaultRoomVersion: options.defaultRoomVersion ?? '12',
      isEncryptionForced: options.features.forcedEncryption,
      publicUrl: options.publicUrl,
      supportPage: undefined,
    }),
    ...identityHandlers({
      accounts,
      sessions,
      passwordLogin,
      loginTokens,
      registration,
      requirePassword,
      serverName,
      setDisplayName,
    }),
    ...administrationHandlers({ accounts, sessions, serverName }),
    ...devicesHandlers({ sessions, requirePassword, onRenamed: async (userId) => deviceLists.announce(userId) }),
    ...profilesHandlers({ profiles, arePublic: isOpen }),
    ...userDirectoryHandlers(profiles),
    ...accountDataHandlers({
      accountData,
      findComputed: (userId, roomId, type) => pushRules.findAccountData(userId, roomId, type),
    }),
    ...filtersHandlers(filters),
    ...openIdHandlers(openIdTokens, serverName),
    ...roomsHandlers(rooms),
    ...membershipHandlers(membership, rooms.aliases),
    ...messagesHandlers(messages),
    ...receiptsHandlers(receipts),
    ...typingHandlers(typing, roomEvents),
    ...pushHandlers(pushRules, pushers, notifications),
    ...syncHandlers(sync, (userId, filterId) => filters.find(userId, filterId)),
    ...deviceKeysHandlers(deviceKeys, serverName, {
      crossSigning,
      listDeviceNames: async (userIds) => {
        const byUser = Map.groupBy(await sessions.listDevices(userIds), (device) => device.user_id);
        return new Map(
          [...byUser].map(([userId, devices]) => [
            userId,
            new Map(devices.map((device) => [device.device_id, device.display_name ?? undefined])),
          ]),
        );
      },
    }),
    ...crossSigningHandlers(
      {
        crossSigning,
        listDeviceIds: async (userId) => (await sessions.listDevices([userId])).map((device) => device.device_id),
        requireAuth: async (requester, auth) => requirePassword(requester, auth, 'replace cross-signing keys'),
      },
      (userIds) => deviceKeys.listDeviceKeys(userIds),
    ),
    ...deviceListsHandlers(deviceLists),
    ...toDeviceHandlers(toDevice),
    ...keyBackupHandlers(keyBackup),
    ...mediaHandlers(media),
    ...historyHandlers({ database, roomEvents, clock, ignoredBy }),
  };

  const app = createApplication(
    (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
    options.trustedProxies,
  );
  const binding = {
    gate,
    rateLimiter: options.features.rateLimits ? new RateLimiter(rateLimits, clock) : undefined,
    allowsQueryToken: options.features.queryStringTokens,
    closing: closing.signal,
    observe: (...request: Parameters<BindContext['observe']>) => options.metrics?.observeRequest(...request),
  };
  bindEndpoints(app, clientServer, handlers, binding);
  const federationHandlers: HandlersOf<typeof federation> = {
    ...serverKeysHandlers(serverKeys),
    ...openIdFederationHandlers(openIdTokens),
  };
  bindEndpoints(app, federation, federationHandlers, binding);
  const adminHandlers: HandlersOf<typeof admin> = {
    ...invitationsHandlers(invitations),
    ...meHandlers({ profiles, findAccount, findAgencyName: async () => (await findAgency(database.reader))?.name }),
    ...sharedSecretHandlers({ sharedSecretRegistration, sessions, serverName, setDisplayName }),
  };
  bindEndpoints(app, admin, adminHandlers, binding);

  return {
    app,
    accounts,
    sessions,
    setDisplayName,
    async close() {
      closing.abort();
      notifier.wakeEveryone();
      await app.close();
      await roomEvents.settle();
      typing.dispose();
      thumbnailer.dispose();
      await housekeeping.stop();
      await unread.flush();
      await lastSeen.stop();
    },
  };
}
