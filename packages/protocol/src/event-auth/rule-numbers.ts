import type { RoomVersion } from '../room-versions/room-version.ts';

/**
 * Every authorization rule of every room version, by a name of our own, in the order of the specification. A dot means
 * "is a sub-rule of". The numbers differ between versions because rules come and go; they are counted, never written down.
 * https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules
 */
export const ruleNames = [
  'create',
  'create.prevEvents',
  'create.roomDomain',
  'create.roomVersion',
  'create.creator',
  'create.additionalCreators',
  'create.otherwise',
  'roomId',
  'authEvents',
  'authEvents.duplicate',
  'authEvents.selection',
  'authEvents.rejected',
  'authEvents.create',
  'authEvents.room',
  'federate',
  'aliases',
  'aliases.stateKey',
  'aliases.domain',
  'aliases.otherwise',
  'member',
  'member.format',
  'member.authorised',
  'member.authorised.signature',
  'member.join',
  'member.join.creator',
  'member.join.sender',
  'member.join.banned',
  'member.join.invited',
  'member.join.restricted',
  'member.join.restricted.member',
  'member.join.restricted.authoriser',
  'member.join.restricted.otherwise',
  'member.join.public',
  'member.join.otherwise',
  'member.invite',
  'member.invite.thirdParty',
  'member.invite.thirdParty.banned',
  'member.invite.thirdParty.signed',
  'member.invite.thirdParty.fields',
  'member.invite.thirdParty.mxid',
  'member.invite.thirdParty.token',
  'member.invite.thirdParty.sender',
  'member.invite.thirdParty.signature',
  'member.invite.thirdParty.otherwise',
  'member.invite.senderJoined',
  'member.invite.target',
  'member.invite.level',
  'member.invite.otherwise',
  'member.leave',
  'member.leave.self',
  'member.leave.senderJoined',
  'member.leave.unban',
  'member.leave.kick',
  'member.leave.otherwise',
  'member.ban',
  'member.ban.senderJoined',
  'member.ban.level',
  'member.ban.otherwise',
  'member.knock',
  'member.knock.joinRule',
  'member.knock.sender',
  'member.knock.membership',
  'member.knock.otherwise',
  'member.otherwise',
  'senderJoined',
  'thirdPartyInvite',
  'thirdPartyInvite.level',
  'requiredLevel',
  'userStateKey',
  'powerLevels',
  'powerLevels.integers',
  'powerLevels.maps',
  'powerLevels.users',
  'powerLevels.creators',
  'powerLevels.first',
  'powerLevels.property',
  'powerLevels.property.current',
  'powerLevels.property.new',
  'powerLevels.oldEntry',
  'powerLevels.oldEntry.current',
  'powerLevels.newEntry',
  'powerLevels.newEntry.new',
  'powerLevels.oldUser',
  'powerLevels.oldUser.current',
  'powerLevels.newUser',
  'powerLevels.newUser.new',
  'powerLevels.otherwise',
  'redaction',
  'redaction.level',
  'redaction.domain',
  'redaction.otherwise',
  'otherwise',
] as const;

export type RuleName = (typeof ruleNames)[number];

/** Rules that only some versions have. A rule without an entry is as present as the rule that contains it. */
const presence: Partial<Record<RuleName, (version: RoomVersion) => boolean>> = {
  'create.creator': (version) => version.createHasCreator,
  'create.additionalCreators': (version) => version.creatorsArePrivileged,
  roomId: (version) => version.roomIdIsCreateHash,
  'authEvents.create': (version) => !version.roomIdIsCreateHash,
  aliases: (version) => version.aliasesAreSpecial,
  'member.authorised': (version) => version.allowsRestrictedJoin,
  'member.join.restricted': (version) => version.allowsRestrictedJoin,
  'member.knock': (version) => version.allowsKnock,
  'powerLevels.integers': (version) => version.integerPowerLevels,
  'powerLevels.maps': (version) => version.integerPowerLevels,
  'powerLevels.creators': (version) => version.creatorsArePrivileged,
  redaction: (version) => version.redactionIsAuthorised,
};

function parentOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(0, dot);
}

function numberRules(version: RoomVersion): ReadonlyMap<RuleName, string> {
  const numbers = new Map<string, string>();
  const childCount = new Map<string, number>();
  const result = new Map<RuleName, string>();
  for (const name of ruleNames) {
    const parent = parentOf(name);
    const parentNumber = parent === '' ? '' : numbers.get(parent);
    if (parentNumber === undefined || presence[name]?.(version) === false) continue;
    const position = (childCount.get(parent) ?? 0) + 1;
    childCount.set(parent, position);
    const number = parentNumber === '' ? String(position) : `${parentNumber}.${position}`;
    numbers.set(name, number);
    result.set(name, number);
  }
  return result;
}

const numberedVersions = new WeakMap<RoomVersion, ReadonlyMap<RuleName, string>>();

/**
 * The rules of one room version with their numbers, such as `member.join.sender` -> `5.3.2`, as the specification's page
 * shows them (its source skips 3.4 and doubles 10.10 in version 12; the page counts on).
 */
export function rulesOf(version: RoomVersion): ReadonlyMap<RuleName, string> {
  let rules = numberedVersions.get(version);
  if (rules === undefined) {
    rules = numberRules(version);
    numberedVersions.set(version, rules);
  }
  return rules;
}
