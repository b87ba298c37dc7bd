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
} from './endpoints/moderation.ts';
import {
  getSynapseEventReport,
  listSynapseEventReports,
  removeSynapseEventReport,
  type SynapseReportDependencies,
} from './endpoints/synapse-event-reports.ts';
import {
  listSynapseForwardExtremities,
  removeSynapseForwardExtremities,
} from './endpoints/synapse-forward-extremities.ts';
import {
  quarantineSynapseMedia,
  removeSynapseMedia,
  unquarantineSynapseMedia,
  type SynapseMediaDependencies,
} from './endpoints/synapse-media.ts';
import {
  getSynapseRoom,
  getSynapseRoomBlock,
  listSynapseRoomMembers,
  listSynapseRooms,
  setSynapseRoomBlock,
  type SynapseRoomDependencies,
} from './endpoints/synapse-rooms.ts';
import * as purges from './endpoints/synapse-purge-history.ts';
import * as deletions from './endpoints/synapse-room-deletion.ts';
import {
  joinSynapseRoom,
  makeSynapseRoomAdmin,
  type RoomMembershipDependencies,
} from './endpoints/synapse-room-membership.ts';
import * as roomReading from './endpoints/synapse-room-reading.ts';
import { listSynapseScheduledTasks } from './endpoints/synapse-scheduled-tasks.ts';

export { RoomInspection } from './room-inspection.ts';
export { PeopleEditor } from './people-editor.ts';
export { synapsePeopleHandlers } from './people-handlers.ts';
export { PeopleListing } from './people-listing.ts';
export { RateLimitOverrides } from './rate-limit-overrides.ts';
export { RoomListing } from './room-listing.ts';
export { UserRedactions } from './user-redactions.ts';

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

export const synapseContentHandlers = (dependencies: SynapseMediaDependencies & SynapseReportDependencies) =>
  ({
    quarantineSynapseMedia: quarantineSynapseMedia(dependencies),
    unquarantineSynapseMedia: unquarantineSynapseMedia(dependencies),
    removeSynapseMedia: removeSynapseMedia(dependencies),
    listSynapseEventReports: listSynapseEventReports(dependencies),
    getSynapseEventReport: getSynapseEventReport(dependencies),
    removeSynapseEventReport: removeSynapseEventReport(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;

export const administrationHandlers = (dependencies: ModerationDependencies) =>
  ({
    getAdminSuspendUser: getAdminSuspendUser(dependencies),
    setAdminSuspendUser: setAdminSuspendUser(dependencies),
    getAdminLockUser: getAdminLockUser(dependencies),
    setAdminLockUser: setAdminLockUser(dependencies),
    getWhoIs: getWhoIs(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
