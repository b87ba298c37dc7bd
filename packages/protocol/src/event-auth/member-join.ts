import type { RoomAtEvent } from './room-at-event.ts';
import { joinRuleOf, membershipOf } from './room-facts.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/** "If membership is join": rule 5.2 or 4.2 up to version 7, 4.3 from version 8, 5.3 in version 12. */
export function checkJoin(room: RoomAtEvent, target: string): AuthVerdict {
  const { event, version, create, state } = room;
  // "If the only previous event is an m.room.create and the state_key is the creator (from version 11: the sender of the
  // m.room.create), allow."
  const firstCreator = version.createHasCreator ? create.content['creator'] : create.sender;
  if (event.prevEvents.length === 1 && event.prevEvents[0] === create.eventId && target === firstCreator)
    return allowed;
  // "If the sender does not match state_key, reject."
  if (event.sender !== target) return refuse(version, 'member.join.sender', 'the join is for another user');
  // "If the sender is banned, reject."
  const membership = membershipOf(state, target);
  if (membership === 'ban') return refuse(version, 'member.join.banned', 'the user is banned');
  const joinRule = joinRuleOf(state);
  const isWelcome = membership === 'invite' || membership === 'join';
  // "If the join_rule is invite or (from version 7) knock then allow if membership state is invite or join."
  if ((joinRule === 'invite' || (version.allowsKnock && joinRule === 'knock')) && isWelcome) return allowed;
  // From version 8: "If the join_rule is restricted or (from version 10) knock_restricted: ..."
  if (isRestricted(room, joinRule)) return isWelcome ? allowed : checkAuthoriser(room);
  // "If the join_rule is public, allow."
  if (joinRule === 'public') return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.join.otherwise', 'the join rule does not let the user in');
}

function isRestricted({ version }: RoomAtEvent, joinRule: string): boolean {
  if (joinRule === 'restricted') return version.allowsRestrictedJoin;
  return joinRule === 'knock_restricted' && version.allowsKnockRestrictedJoin;
}

/** The user without an invitation ("If membership state is join or invite, allow" has been answered). */
function checkAuthoriser({ event, version, levels, state }: RoomAtEvent): AuthVerdict {
  // "If the join_authorised_via_users_server key in content is not a user with sufficient permission to invite other users
  // or is not a joined member of the room, reject."
  const authoriser = event.content['join_authorised_via_users_server'];
  const mayAuthorise =
    typeof authoriser === 'string' &&
    membershipOf(state, authoriser) === 'join' &&
    levels.userLevel(authoriser) >= levels.invite;
  if (!mayAuthorise)
    return refuse(version, 'member.join.restricted.authoriser', 'no member who may invite authorizes the join');
  // "Otherwise, allow."
  return allowed;
}
