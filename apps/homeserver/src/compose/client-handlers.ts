import type { clientServer } from '@stafette/contracts';
import { accountDataHandlers } from '../features/account-data/index.ts';
import { administrationHandlers } from '../features/administration/index.ts';
import { appservicesHandlers, type Deliveries } from '../features/appservices/index.ts';
import type { Audit } from '../features/audit/index.ts';
import { capabilitiesHandlers } from '../features/capabilities/index.ts';
import { crossSigningHandlers } from '../features/cross-signing/index.ts';
import { deviceListsHandlers } from '../features/device-lists/index.ts';
import { dehydratedDevicesHandlers } from '../features/dehydrated-devices/index.ts';
import { delayedEventsHandlers } from '../features/delayed-events/index.ts';
import { devicesHandlers } from '../features/devices/index.ts';
import { deviceKeysHandlers } from '../features/e2ee-keys/index.ts';
import { filtersHandlers } from '../features/filters/index.ts';
import { historyHandlers } from '../features/history/index.ts';
import { identityHandlers } from '../features/identity/index.ts';
import { keyBackupHandlers } from '../features/key-backup/index.ts';
import { mediaHandlers } from '../features/media/index.ts';
import { membershipHandlers } from '../features/membership/index.ts';
import { messagesHandlers } from '../features/messages/index.ts';
import { openIdHandlers } from '../features/openid/index.ts';
import { authMetadataHandlers } from '../features/oauth/index.ts';
import { presenceHandlers, type Presence } from '../features/presence/index.ts';
import { profilesHandlers } from '../features/profiles/index.ts';
import { pushHandlers } from '../features/push/index.ts';
import { receiptsHandlers } from '../features/receipts/index.ts';
import { rendezvousHandlers } from '../features/rendezvous/index.ts';
import { retentionHandlers } from '../features/retention/index.ts';
import { roomsHandlers } from '../features/rooms/index.ts';
import { OWN_PROVIDER_ID, ssoRedirectHandlers } from '../features/sso/index.ts';
import { syncHandlers, type Sync } from '../features/sync/index.ts';
import { threadSubscriptionsHandlers } from '../features/thread-subscriptions/index.ts';
import { thirdPartyIdsHandlers } from '../features/third-party-ids/index.ts';
import { toDeviceHandlers } from '../features/to-device/index.ts';
import { typingHandlers } from '../features/typing/index.ts';
import { urlPreviewHandlers } from '../features/url-previews/index.ts';
import { userDirectoryHandlers } from '../features/user-directory/index.ts';
import type { HandlersOf } from '../http/handler.ts';
import type { AppserviceGroup } from './appservices.ts';
import type { Addresses } from './addresses.ts';
import type { Basis } from './basis.ts';
import type { Discovery } from './discovery.ts';
import type { Encryption } from './encryption.ts';
import type { Identity } from './identity.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Login } from './login.ts';
import type { MediaGroup } from './media.ts';
import type { PeopleAdministration } from './people-administration.ts';
import type { Personal } from './personal.ts';
import { DEFAULT_ROOM_VERSION, type Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';

export interface Services
  extends
    AppserviceGroup,
    Addresses,
    Identity,
    Settings,
    Rooms,
    Personal,
    Encryption,
    MediaGroup,
    Discovery,
    Lifecycle,
    PeopleAdministration {
  readonly login: Login;
  readonly audit: Audit;
  readonly presence: Presence | undefined;
  readonly sync: Sync;
  readonly deliveries: Deliveries;
}

/** Every operation of the client-server API with the service that does it; one that is missing does not compile. */
export function clientHandlers(
  { clock, serverName, features, options }: Basis,
  services: Services,
): HandlersOf<typeof clientServer> {
  const { sessions, accounts, roomEvents, profiles, rooms, deviceKeys, crossSigning, requirePassword, federation } =
    services;
  const { pages, rendezvous } = services.login;
  return {
    ...capabilitiesHandlers({
      defaultRoomVersion: options.defaultRoomVersion ?? DEFAULT_ROOM_VERSION,
      isEncryptionForced: features.forcedEncryption,
      vapidPublicKey: services.pushDelivery.vapidPublicKey,
      hasPages: pages !== undefined,
      publicUrl: options.publicUrl,
      supportPage: undefined,
      livekitServiceUrl: options.calls?.livekitServiceUrl,
      turn: options.calls?.turn,
      policyServerKey: options.policyServerKey,
      quietThreads: options.quietThreads ?? false,
      delayedEvents: services.delayedEvents.limits,
      hasMail: options.mail !== undefined,
      clock,
    }),
    ...identityHandlers({
      ...services,
      serverName,
      ssoProviders: pages?.sso ? [{ id: OWN_PROVIDER_ID, name: serverName }] : [],
      hasServices: services.appservices.all.length > 0,
    }),
    ...thirdPartyIdsHandlers(services.thirdPartyIds, services.validations, requirePassword),
    ...appservicesHandlers({ ...services, client: services.serviceClient, services: services.appservices.all }),
    ...administrationHandlers({ accounts, sessions, audit: services.audit, serverName }),
    ...devicesHandlers({
      sessions,
      requirePassword,
      onRenamed: async (userId) => services.deviceLists.announce(userId),
    }),
    ...profilesHandlers({ profiles, serverName, federation, arePublic: features.openRegistration }),
    ...userDirectoryHandlers({ profiles, roomEvents, isForAcquaintances: features.directoryOfAcquaintances }),
    ...accountDataHandlers({
      accountData: services.accountData,
      findComputed: (userId, roomId, type) => services.pushRules.findAccountData(userId, roomId, type),
    }),
    ...filtersHandlers(services.filters),
    ...openIdHandlers(services.openIdTokens, serverName),
    // Where anybody can have an account, a token keeps nobody out.
    ...roomsHandlers(rooms, federation, features.openRegistration),
    ...membershipHandlers(services.membership, rooms.aliases),
    ...messagesHandlers(services.messages, services.delayedEvents.schedule),
    ...delayedEventsHandlers(services.delayedEvents),
    ...retentionHandlers(services.retention),
    ...receiptsHandlers(services.receipts),
    ...typingHandlers(services.typing, roomEvents),
    ...presenceHandlers(
      services.presence,
      async (viewer, other) => (await services.companions.findSharing(viewer, new Set([other]))).size > 0,
    ),
    ...pushHandlers(services.pushRules, services.pushers, services.notifications),
    ...threadSubscriptionsHandlers(services.threadSubscriptions),
    ...syncHandlers(services.sync, {
      findFilter: (userId, filterId) => services.filters.find(userId, filterId),
      peekRoom: (requester, request) => services.peeks.peek(requester, request),
      listedAmong: (roomIds) => rooms.directory.listedAmong(roomIds),
    }),
    ...deviceKeysHandlers({ ...services, serverName }),
    ...crossSigningHandlers(
      {
        crossSigning,
        listDeviceIds: async (userId) => (await sessions.listDevices([userId])).map((device) => device.device_id),
        requireAuth: async (requester, auth) => {
          const isOAuth =
            requester.sessionId !== undefined && (await pages?.server.tokens.isOAuthSession(requester.sessionId));
          return pages && isOAuth === true
            ? pages.crossSigningReset.require(requester, auth)
            : requirePassword(requester, auth, { action: 'replace-keys' });
        },
      },
      (userIds) => deviceKeys.listDeviceKeys(userIds),
    ),
    ...deviceListsHandlers(services.deviceLists),
    ...toDeviceHandlers(services.toDevice),
    ...dehydratedDevicesHandlers(services.dehydratedDevices),
    ...keyBackupHandlers(services.keyBackup),
    ...mediaHandlers(services.media),
    ...urlPreviewHandlers(services.urlPreviews),
    ...services.discoveryHandlers,
    ...historyHandlers(services.history, {
      isListed: (roomId) => rooms.directory.isListed(roomId),
      listAccountData: (userId, roomId) => services.accountData.listOfRoom(userId, roomId),
      listPresence: (room) => services.presence?.listTold(room.joinedLocalUsers()) ?? [],
    }),
    ...authMetadataHandlers(options.publicUrl),
    ...ssoRedirectHandlers(pages?.sso),
    ...rendezvousHandlers({ ...rendezvous, publicUrl: options.publicUrl }),
  };
}
