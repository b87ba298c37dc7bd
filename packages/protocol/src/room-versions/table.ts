import type { RoomVersion, RoomVersionId } from './room-version.ts';

const version1: RoomVersion = {
  id: '1',
  eventIdFormat: 'wire',
  stateResolution: 'v1',
  strictCanonicalJson: false,
  enforcesKeyValidity: false,
  aliasesAreSpecial: true,
  redactionIsAuthorised: true,
  checksNotificationLevels: false,
  allowsKnock: false,
  allowsRestrictedJoin: false,
  allowsKnockRestrictedJoin: false,
  integerPowerLevels: false,
  redactsInContent: false,
  createHasCreator: true,
  roomIdIsCreateHash: false,
  creatorsArePrivileged: false,
  redaction: {
    keepsTopLevelOrigin: true,
    keepsAliases: true,
    keepsJoinRuleAllow: false,
    keepsJoinAuthorisedVia: false,
    keepsWholeCreateContent: false,
    keepsPowerLevelInvite: false,
    keepsThirdPartyInviteSigned: false,
    keepsRedacts: false,
  },
};

const version2: RoomVersion = { ...version1, id: '2', stateResolution: 'v2' };
const version3: RoomVersion = { ...version2, id: '3', eventIdFormat: 'hash-base64', redactionIsAuthorised: false };
const version4: RoomVersion = { ...version3, id: '4', eventIdFormat: 'hash-base64url' };
const version5: RoomVersion = { ...version4, id: '5', enforcesKeyValidity: true };
const version6: RoomVersion = {
  ...version5,
  id: '6',
  strictCanonicalJson: true,
  aliasesAreSpecial: false,
  checksNotificationLevels: true,
  redaction: { ...version5.redaction, keepsAliases: false },
};
const version7: RoomVersion = { ...version6, id: '7', allowsKnock: true };
const version8: RoomVersion = {
  ...version7,
  id: '8',
  allowsRestrictedJoin: true,
  redaction: { ...version7.redaction, keepsJoinRuleAllow: true },
};
const version9: RoomVersion = {
  ...version8,
  id: '9',
  redaction: { ...version8.redaction, keepsJoinAuthorisedVia: true },
};
const version10: RoomVersion = { ...version9, id: '10', allowsKnockRestrictedJoin: true, integerPowerLevels: true };
const version11: RoomVersion = {
  ...version10,
  id: '11',
  redactsInContent: true,
  createHasCreator: false,
  redaction: {
    ...version10.redaction,
    keepsTopLevelOrigin: false,
    keepsWholeCreateContent: true,
    keepsPowerLevelInvite: true,
    keepsThirdPartyInviteSigned: true,
    keepsRedacts: true,
  },
};
const version12: RoomVersion = {
  ...version11,
  id: '12',
  stateResolution: 'v2.1',
  roomIdIsCreateHash: true,
  creatorsArePrivileged: true,
};

/** Every room version, each written as the one before and its difference. https://spec.matrix.org/v1.19/rooms/ */
export const roomVersions: ReadonlyMap<RoomVersionId, RoomVersion> = new Map(
  [
    version1,
    version2,
    version3,
    version4,
    version5,
    version6,
    version7,
    version8,
    version9,
    version10,
    version11,
    version12,
  ].map((version) => [version.id, version]),
);

/** The version that a create event or a request names; undefined for one that this server does not know. */
export const findRoomVersion = (id: string): RoomVersion | undefined =>
  // A text that is not a version is simply not in the map.
  roomVersions.get(id as RoomVersionId);
