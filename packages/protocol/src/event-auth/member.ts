import type { JsonValue } from '../json.ts';
import { checkInvite } from './member-invite.ts';
import { checkJoin } from './member-join.ts';
import type { RoomAtEvent } from './room-at-event.ts';
import { joinRuleOf, membershipOf } from './room-facts.ts';
import { domainOf } from './domain.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/** The rules for `m.room.member`: 5 in versions 1 to 5 and in 12, 4 in between. */
export function checkMember(room: RoomAtEvent): AuthVerdict {
  const { event, version } = room;
  // "If there is no state_key property, or no membership property in content, reject."
  const membership = event.content['membership'];
  if (event.stateKey === undefined || typeof membership !== 'string') {
    return refuse(version, 'member.format', 'the member event has no state key or no membership');
  }
  // From version 8: "If content has a join_authorised_via_users_server key: If the event is not validly signed by the
  // homeserver of the user ID denoted by the key, reject."
  const authoriser = event.content['join_authorised_via_users_server'];
  if (version.allowsRestrictedJoin && authoriser !== undefined && !isSignedByServerOf(authoriser, room)) {
    return refuse(version, 'member.authorised.signature', "the authorizing user's server has not signed");
  }
  switch (membership) {
    case 'join':
      return checkJoin(room, event.stateKey);
    case 'invite':
      return checkInvite(room, event.stateKey);
    case 'leave':
      return checkLeave(room, event.stateKey);
    case 'ban':
      return checkBan(room, event.stateKey);
    case 'knock':
      if (version.allowsKnock) return checkKnock(room, event.stateKey);
  }
  // "Otherwise, the membership is unknown. Reject."
  return refuse(version, 'member.otherwise', 'the membership is unknown');
}

function isSignedByServerOf(userId: JsonValue, room: RoomAtEvent): boolean {
  const server = typeof userId === 'string' ? domainOf(userId) : undefined;
  return server !== undefined && room.context.isSignedBy(server);
}

function checkLeave({ event, version, levels, state }: RoomAtEvent, target: string): AuthVerdict {
  const targetMembership = membershipOf(state, target);
  // "If the sender matches state_key, allow if and only if that user's current membership state is invite, join, or (from
  // version 7) knock."
  if (event.sender === target) {
    const canLeave =
      targetMembership === 'invite' ||
      targetMembership === 'join' ||
      (version.allowsKnock && targetMembership === 'knock');
    return canLeave ? allowed : refuse(version, 'member.leave.self', 'there is no membership to leave');
  }
  // "If the sender's current membership state is not join, reject."
  if (membershipOf(state, event.sender) !== 'join') {
    return refuse(version, 'member.leave.senderJoined', 'the sender is not in the room');
  }
  const senderLevel = levels.userLevel(event.sender);
  // "If the target user's current membership state is ban, and the sender's power level is less than the ban level, reject."
  if (targetMembership === 'ban' && senderLevel < levels.ban) {
    return refuse(version, 'member.leave.unban', 'the sender may not unban');
  }
  // "If the sender's power level is greater than or equal to the kick level, and the target user's power level is less than
  // the sender's power level, allow."
  if (senderLevel >= levels.kick && levels.userLevel(target) < senderLevel) return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.leave.otherwise', 'the sender may not remove this user');
}

function checkBan({ event, version, levels, state }: RoomAtEvent, target: string): AuthVerdict {
  // "If the sender's current membership state is not join, reject."
  if (membershipOf(state, event.sender) !== 'join') {
    return refuse(version, 'member.ban.senderJoined', 'the sender is not in the room');
  }
  // "If the sender's power level is greater than or equal to the ban level, and the target user's power level is less than
  // the sender's power level, allow."
  const senderLevel = levels.userLevel(event.sender);
  if (senderLevel >= levels.ban && levels.userLevel(target) < senderLevel) return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.ban.otherwise', 'the sender may not ban this user');
}

function checkKnock({ event, version, state }: RoomAtEvent, target: string): AuthVerdict {
  // "If the join_rule is anything other than knock or (from version 10) knock_restricted, reject."
  const joinRule = joinRuleOf(state);
  if (joinRule !== 'knock' && !(version.allowsKnockRestrictedJoin && joinRule === 'knock_restricted')) {
    return refuse(version, 'member.knock.joinRule', 'the join rule does not allow knocking');
  }
  // "If sender does not match state_key, reject."
  if (event.sender !== target) return refuse(version, 'member.knock.sender', 'the knock is for another user');
  // "If the sender's current membership is not ban, invite, or join, allow."
  const membership = membershipOf(state, event.sender);
  if (membership !== 'ban' && membership !== 'invite' && membership !== 'join') return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.knock.otherwise', 'the sender is banned, invited or joined');
}
