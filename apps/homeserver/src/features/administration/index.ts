import type { admin, clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { getAdminApiDescription } from './endpoints/get-admin-api-description.ts';
import {
  getAdminLockUser,
  getAdminSuspendUser,
  getWhoIs,
  setAdminLockUser,
  setAdminSuspendUser,
  type ModerationDependencies,
} from './people/endpoints/moderation.ts';
import {
  getSynapseEventReport,
  listSynapseEventReports,
  removeSynapseEventReport,
  type SynapseReportDependencies,
} from './content/endpoints/synapse-event-reports.ts';
import {
  listSynapseForwardExtremities,
  removeSynapseForwardExtremities,
} from './rooms/endpoints/synapse-forward-extremities.ts';
import * as mediaOf from './content/endpoints/synapse-media-of.ts';
import * as media from './content/endpoints/synapse-media.ts';
import * as operations from './endpoints/synapse-operations.ts';
import {
  getSynapseRoom,
  getSynapseRoomBlock,
  listSynapseRoomMembers,
  listSynapseRooms,
  setSynapseRoomBlock,
  type SynapseRoomDependencies,
} from './rooms/endpoints/synapse-rooms.ts';
import * as purges from './rooms/endpoints/synapse-purge-history.ts';
import * as deletions from './rooms/endpoints/synapse-room-deletion.ts';
import {
  joinSynapseRoom,
  makeSynapseRoomAdmin,
  type RoomMembershipDependencies,
} from './rooms/endpoints/synapse-room-membership.ts';
import * as roomReading from './rooms/endpoints/synapse-room-reading.ts';
import { listSynapseScheduledTasks } from './rooms/endpoints/synapse-scheduled-tasks.ts';
import * as userReports from './content/endpoints/synapse-user-reports.ts';
import type { RoomListing } from './rooms/room-listing.ts';

export { listMentions, listOldFiles } from './content/shown-media.ts';
export { RoomInspection } from './rooms/room-inspection.ts';
export { PeopleEditor } from './people/people-editor.ts';
export { synapsePeopleHandlers } from './people/people-handlers.ts';
export { PeopleListing } from './people/people-listing.ts';
export { RateLimitOverrides } from './people/rate-limit-overrides.ts';
export { RoomListing } from './rooms/room-listing.ts';
export { UserRedactions } from './people/user-redactions.ts';

export const apiDescriptionHandlers = (version: string) =>
  ({ getAdminApiDescription: getAdminApiDescription(version) }) satisfies Partial<HandlersOf<typeof admin>>;

export const synapseRoomHandlers = (
  dependencies: SynapseRoomDependencies & RoomMembershipDependencies & roomReading.RoomReadingDependencies,
) =>
  ({
    listSynapseRooms: listSynapseRooms(dependencies),
    getSynapseRoom: getSynapseRoom(dependencies),
    listSynapseRoomMembers: listSynapseRoomMembers(dependencies),
    getSynapseRoomBlock: getSynapseRoomBlock(dependencies),
    setSynapseRoomBlock: setSynapseRoomBlock(dependencies),
    getSynapseRoomState: roomReading.getSynapseRoomState(dependencies),
    listSynapseRoomMessages: roomReading.listSynapseRoomMessages(dependencies),
    getSynapseEventContext: roomReading.getSynapseEventContext(dependencies),
    getSynapseEventByTimestamp: roomReading.getSynapseEventByTimestamp(dependencies),
    fetchSynapseEvent: roomReading.fetchSynapseEvent(dependencies),
    getSynapseHierarchy: roomReading.getSynapseHierarchy(dependencies),
    makeSynapseRoomAdmin: makeSynapseRoomAdmin(dependencies),
    joinSynapseRoom: joinSynapseRoom(dependencies),
    listSynapseForwardExtremities: listSynapseForwardExtremities(dependencies),
    removeSynapseForwardExtremities: removeSynapseForwardExtremities(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;

/** What is done to rooms in a while. */
export const synapseRoomTaskHandlers = (dependencies: deletions.RoomDeletionDependencies & purges.PurgeDependencies) =>
  ({
    deleteSynapseRoom: deletions.deleteSynapseRoom(dependencies),
    scheduleSynapseRoomDeletion: deletions.scheduleSynapseRoomDeletion(dependencies),
    listSynapseRoomDeletions: deletions.listSynapseRoomDeletions(dependencies),
    getSynapseRoomDeletion: deletions.getSynapseRoomDeletion(dependencies),
    purgeSynapseHistory: purges.purgeSynapseHistory(dependencies),
    purgeSynapseHistoryUpTo: purges.purgeSynapseHistoryUpTo(dependencies),
    getSynapsePurgeStatus: purges.getSynapsePurgeStatus(dependencies),
    listSynapseScheduledTasks: listSynapseScheduledTasks(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;

export const synapseReportHandlers = (dependencies: SynapseReportDependencies) =>
  ({
    listSynapseEventReports: listSynapseEventReports(dependencies),
    getSynapseEventReport: getSynapseEventReport(dependencies),
    removeSynapseEventReport: removeSynapseEventReport(dependencies),
    listSynapseUserReports: userReports.listSynapseUserReports(dependencies),
    getSynapseUserReport: userReports.getSynapseUserReport(dependencies),
    removeSynapseUserReport: userReports.removeSynapseUserReport(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;

export const synapseMediaHandlers = (dependencies: media.SynapseMediaDependencies & mediaOf.MediaOfDependencies) =>
  ({
    getSynapseMedia: media.getSynapseMedia(dependencies),
    quarantineSynapseMedia: media.quarantineSynapseMedia(dependencies),
    unquarantineSynapseMedia: media.unquarantineSynapseMedia(dependencies),
    protectSynapseMedia: media.protectSynapseMedia(dependencies),
    unprotectSynapseMedia: media.unprotectSynapseMedia(dependencies),
    removeSynapseMedia: media.removeSynapseMedia(dependencies),
    removeOldSynapseMedia: media.removeOldSynapseMedia(dependencies),
    removeOldSynapseMediaOfServer: media.removeOldSynapseMediaOfServer(dependencies),
    purgeSynapseMediaCache: media.purgeSynapseMediaCache(),
    listSynapseRoomMedia: mediaOf.listSynapseRoomMedia(dependencies),
    quarantineSynapseRoomMedia: mediaOf.quarantineSynapseRoomMedia(dependencies),
    quarantineSynapseUserMedia: mediaOf.quarantineSynapseUserMedia(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;

/** How the server does. It has no federation and no changes of the database under way, and says so. */
export const synapseOperationsHandlers = (roomListing: RoomListing) =>
  ({
    listSynapseLargestRooms: operations.listSynapseLargestRooms({ roomListing }),
    getSynapseBackgroundUpdates: operations.getSynapseBackgroundUpdates(),
    listSynapseDestinations: operations.listSynapseDestinations(),
    getSynapseDestination: operations.getSynapseDestination(),
    listSynapseDestinationRooms: operations.listSynapseDestinationRooms(),
    resetSynapseDestination: operations.resetSynapseDestination(),
  }) satisfies Partial<HandlersOf<typeof admin>>;

export const administrationHandlers = (dependencies: ModerationDependencies) =>
  ({
    getAdminSuspendUser: getAdminSuspendUser(dependencies),
    setAdminSuspendUser: setAdminSuspendUser(dependencies),
    getAdminLockUser: getAdminLockUser(dependencies),
    setAdminLockUser: setAdminLockUser(dependencies),
    getWhoIs: getWhoIs(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
