import { exemptSenders } from '@stafette/policy';
import { roomEncryption } from '@stafette/policy-room-encryption';
import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import { FederationCircle, FederationClient } from '../features/federation-client/index.ts';
import { GuestEviction, Membership } from '../features/membership/index.ts';
import { Messages } from '../features/messages/index.ts';
import { CompanionFinder } from '../features/device-lists/index.ts';
import { memberContent, ProfileNews, Profiles } from '../features/profiles/index.ts';
import { PolicyServers } from '../features/policy-servers/index.ts';
import { countsInMain, unreadFlags } from '../features/push/index.ts';
import type { Audit } from '../features/audit/index.ts';
import { RoomBlocks } from '../features/room-blocks/index.ts';
import { RoomEvents } from '../features/room-events/index.ts';
import { createRooms } from '../features/rooms/index.ts';
import { createAssertMayLeave } from '../features/server-notices/index.ts';
import { KeyRing, protocolCrypto, ServerKeys } from '../features/server-keys/index.ts';
import { findSrvTargets } from '../platform/outbound/index.ts';
import type { AppserviceGroup } from './appservices.ts';
import type { Basis } from './basis.ts';
import type { Identity } from './identity.ts';
import type { Settings } from './settings.ts';

export const DEFAULT_ROOM_VERSION = '12';

/** The rooms, the one way to change them, and the profiles that their members carry. */
export async function composeRooms(
  { database, clock, random, log, serverName, metrics, features, options, serverNotices, outbound, jobs }: Basis,
  { accounts, erasedAccounts }: Identity,
  { assertInvitable }: Settings,
  { appservices, queries }: AppserviceGroup,
  audit: Audit,
) {
  const roomBlocks = await RoomBlocks.open({ database, clock, audit });
  const isBlocked = (roomId: RoomId): boolean => roomBlocks.blockerOf(roomId) !== undefined;
  const serverKeys = await ServerKeys.open({ database, clock, random, serverName });
  const allowed = features.openFederation ? 'everybody' : (options.federationList ?? []);
  const circle = new FederationCircle(serverName, allowed);
  const federation = new FederationClient({
    serverName,
    signer: serverKeys.signer,
    clock,
    outbound,
    findSrvTargets,
    circle,
  });
  const keyRing = new KeyRing({ database, federation, crypto: protocolCrypto, clock, log });
  const policyServers = new PolicyServers({ federation, crypto: protocolCrypto, log });
  const roomEvents = await RoomEvents.open({
    database,
    clock,
    random,
    log,
    serverName,
    signer: serverKeys.signer,
    crypto: protocolCrypto,
    isBlocked,
    isErased: (userId) => erasedAccounts.has(userId),
    askPolicyServer: (event, version, policyServer) => policyServers.sign(event, version, policyServer),
    // What the server itself says is no secret to it.
    policies: features.forcedEncryption
      ? [exemptSenders(roomEncryption, (sender) => sender === serverNotices.sender)]
      : [],
    classifyUnread: unreadFlags,
    countsAsUnread: countsInMain,
    ...(options.retention === undefined ? {} : { retention: options.retention }),
  });
  roomEvents.onCommitted((events) => metrics?.eventsPersisted.inc(events.length));
  const companions = new CompanionFinder(database, roomEvents);
  const profileNews = await ProfileNews.open({ database, roomEvents, companions });
  const profiles = new Profiles({
    news: profileNews,
    database,
    log,
    roomEvents,
    findAccount: async (userId) => accounts.find(userId),
    askServices: queries.askForUser,
    allowsWebAvatars: features.webAvatars,
  });
  const profileOf = async (userId: UserId): Promise<JsonObject> => memberContent(await profiles.get(userId));
  const rooms = createRooms({
    database,
    roomEvents,
    serverName,
    isBlocked,
    assertAllowed: appservices.assertAliasAllowed,
    askServices: queries.askForRoom,
    profileOf,
    assertInvitable,
    defaultVersion: options.defaultRoomVersion ?? DEFAULT_ROOM_VERSION,
    forcesEncryption: features.forcedEncryption,
  });
  const assertMayLeave = createAssertMayLeave(serverNotices.sender);
  const membership = new Membership({ roomEvents, serverName, profileOf, assertInvitable, assertMayLeave });
  const listGuests = async (userIds: readonly UserId[]): Promise<readonly UserId[]> => accounts.listGuests(userIds);
  // There are guests only where anybody can have an account.
  const guestEviction = features.openRegistration
    ? new GuestEviction({ database, log, jobs, roomEvents, membership, listGuests })
    : undefined;
  const messages = new Messages({ database, roomEvents, aliases: rooms.aliases, assertInvitable, assertMayLeave });
  const setDisplayName = async (userId: UserId, displayName: string): Promise<void> =>
    profiles.setDisplayName(userId, displayName);
  return {
    roomBlocks,
    serverKeys,
    circle,
    federation,
    keyRing,
    roomEvents,
    companions,
    profileOf,
    profileNews,
    profiles,
    rooms,
    membership,
    guestEviction,
    messages,
    setDisplayName,
  };
}

export type Rooms = Awaited<ReturnType<typeof composeRooms>>;
