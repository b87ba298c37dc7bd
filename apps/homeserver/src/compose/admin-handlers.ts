import type { admin } from '@stafette/contracts';
import {
  apiDescriptionHandlers,
  listMentions,
  listOldFiles,
  RoomInspection,
  RoomListing,
  synapseMediaHandlers,
  synapseOperationsHandlers,
  synapseReportHandlers,
  synapseRoomHandlers,
  synapseRoomTaskHandlers,
  synapsePeopleHandlers,
} from '../features/administration/index.ts';
import { auditHandlers } from '../features/audit/index.ts';
import { invitationsHandlers } from '../features/invitations/index.ts';
import { meHandlers } from '../features/profiles/index.ts';
import { registrationTokensHandlers } from '../features/registration-tokens/index.ts';
import { countRoomsJoined, countSentInvites } from '../features/room-events/index.ts';
import { serverNoticesHandlers } from '../features/server-notices/index.ts';
import { findAgency } from '../features/setup/index.ts';
import { sharedSecretHandlers } from '../features/shared-secret-registration/index.ts';
import { emailConfirmationHandlers } from '../features/third-party-ids/index.ts';
import type { HandlersOf } from '../http/handler.ts';
import { VERSION } from '../version.ts';
import type { Basis } from './basis.ts';
import type { Services } from './client-handlers.ts';

/** Mentions of files in one room that are looked at. */
const MAX_MENTIONS = 10_000;

/** Every operation of the administrators' API, and what our own client asks besides. */
export function adminHandlers({ database, serverName, options }: Basis, services: Services): HandlersOf<typeof admin> {
  const { accounts, profiles } = services;
  const shared = {
    ...services,
    serverName,
    roomListing: new RoomListing({ database, serverName }),
    roomInspection: new RoomInspection({
      history: services.history,
      audit: services.audit,
      mayReadRooms: options.administration?.mayReadRooms ?? false,
    }),
  };
  return {
    ...apiDescriptionHandlers(VERSION),
    ...synapseRoomHandlers({ ...shared, aliases: services.rooms.aliases }),
    ...synapseRoomTaskHandlers({
      ...shared,
      findEvent: async (eventId) => (await services.roomEvents.getEvents(database.reader, [eventId]))[0],
    }),
    ...synapseReportHandlers(shared),
    ...synapseMediaHandlers({
      ...shared,
      listOldFiles: async (query) => listOldFiles(database.reader, serverName, query),
      listMentions: async (roomNid) => listMentions(database.reader, roomNid, MAX_MENTIONS),
    }),
    ...synapseOperationsHandlers(shared.roomListing),
    ...auditHandlers(services.audit),
    ...emailConfirmationHandlers(services.validations),
    ...invitationsHandlers(services.invitations),
    ...meHandlers({
      profiles,
      findAccount: async (userId) => accounts.find(userId),
      findAgencyName: async () => (await findAgency(database.reader))?.name,
    }),
    ...synapsePeopleHandlers({
      ...services,
      serverName,
      findProfile: async (userId) => profiles.find(userId),
      listAddresses: async (userId) => services.thirdPartyIds.list(userId),
      findOwner: async (email) => services.thirdPartyIds.findOwner(email),
      findServiceId: (userId) => services.appservices.all.find((service) => service.ownsUser(userId))?.id,
      listJoinedRooms: async (userId) => services.membership.listJoined(userId),
      countInvites: async (userId, sinceMs) => countSentInvites(database.reader, userId, sinceMs),
      countRoomsJoined: async (userId, sinceMs) => countRoomsJoined(database.reader, userId, sinceMs),
      onRenamed: async (userId) => services.deviceLists.announce(userId),
      version: VERSION,
    }),
    ...registrationTokensHandlers(services.registrationTokens),
    ...serverNoticesHandlers(services),
    ...sharedSecretHandlers({ ...services, serverName }),
  };
}
