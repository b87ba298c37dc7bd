import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../../http/handler.ts';
import * as notOffered from '../endpoints/synapse-not-offered.ts';
import * as access from './endpoints/synapse-user-access.ts';
import * as account from './endpoints/synapse-user-account.ts';
import * as devices from './endpoints/synapse-user-devices.ts';
import * as insight from './endpoints/synapse-user-insight.ts';
import * as list from './endpoints/synapse-user-list.ts';
import * as lookup from './endpoints/synapse-user-lookup.ts';
import * as media from './endpoints/synapse-user-media.ts';
import * as redactions from './endpoints/synapse-user-redactions.ts';
import * as state from './endpoints/synapse-user-state.ts';
import * as users from './endpoints/synapse-users.ts';

type Dependencies = users.UserAdministration &
  access.UserAccessDependencies &
  account.UserAccountDependencies &
  devices.UserDevicesDependencies &
  insight.UserInsightDependencies &
  list.UserListDependencies &
  lookup.UserLookupDependencies &
  media.UserMediaDependencies &
  redactions.UserRedactionDependencies &
  state.UserStateDependencies;

/** What tools for Synapse's administration interface ask about people, over the services of the features that own it. */
export const synapsePeopleHandlers = (d: Dependencies) =>
  ({
    getSynapseServerVersion: users.getSynapseServerVersion(d),
    listSynapseUsers: list.listSynapseUsers(d),
    listSynapseUsersV3: list.listSynapseUsersV3(d),
    getSynapseUser: account.getSynapseUser(d),
    changeSynapseUser: account.changeSynapseUser(d),
    findSynapseAdministrator: account.findSynapseAdministrator(d),
    changeSynapseAdministrator: account.changeSynapseAdministrator(d),
    deactivateSynapseUser: users.deactivateSynapseUser(d),
    resetSynapsePassword: users.resetSynapsePassword(d),
    suspendSynapseUser: state.suspendSynapseUser(d),
    getSynapseWhoIs: state.getSynapseWhoIs(d),
    listSynapseJoinedRooms: state.listSynapseJoinedRooms(d),
    listSynapseDevices: devices.listSynapseDevices(d),
    getSynapseDevice: devices.getSynapseDevice(d),
    addSynapseDevice: devices.addSynapseDevice(d),
    renameSynapseDevice: devices.renameSynapseDevice(d),
    removeSynapseDevice: devices.removeSynapseDevice(d),
    removeSynapseDevices: devices.removeSynapseDevices(d),
    listSynapseMemberships: insight.listSynapseMemberships(d),
    countSynapseInvites: insight.countSynapseInvites(d),
    countSynapseJoinedRooms: insight.countSynapseJoinedRooms(d),
    listSynapsePushers: insight.listSynapsePushers(d),
    listSynapseAccountData: insight.listSynapseAccountData(d),
    actAsSynapseUser: access.actAsSynapseUser(d),
    findSynapseRateLimit: access.findSynapseRateLimit(d),
    changeSynapseRateLimit: access.changeSynapseRateLimit(d),
    removeSynapseRateLimit: access.removeSynapseRateLimit(d),
    allowSynapseKeyReplacement: access.allowSynapseKeyReplacement(d),
    checkSynapseUsername: lookup.checkSynapseUsername(d),
    findSynapseUserByAddress: lookup.findSynapseUserByAddress(d),
    findSynapseUserByProvider: lookup.findSynapseUserByProvider(),
    listSynapseUserMedia: media.listSynapseUserMedia(d),
    removeSynapseUserMedia: media.removeSynapseUserMedia(d),
    listSynapseMediaUsage: media.listSynapseMediaUsage(d),
    redactSynapseUser: redactions.redactSynapseUser(d),
    getSynapseRedactStatus: redactions.getSynapseRedactStatus(d),
    shadowBanSynapseUser: notOffered.shadowBanSynapseUser(d),
    unbanSynapseUser: notOffered.unbanSynapseUser(d),
    listSynapseFeatures: notOffered.listSynapseFeatures(d),
    changeSynapseFeatures: notOffered.changeSynapseFeatures(d),
    renewSynapseAccount: notOffered.renewSynapseAccount(d),
  }) satisfies Partial<HandlersOf<typeof admin>>;
