import type { RoomVersion } from '../room-versions/room-version.ts';
import type { AuthContext, AuthPdu, StateLookup } from './auth-input.ts';
import { checkCreate } from './create.ts';
import { checkMember } from './member.ts';
import { checkPowerLevels } from './power-levels-change.ts';
import { readPowerLevels } from './power-levels.ts';
import type { RoomAtEvent } from './room-at-event.ts';
import { creatorsOf, membershipOf } from './room-facts.ts';
import { domainOf } from './domain.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/**
 * Whether an event is authorized by one state of its room: the state of its auth events, the state before it, or the
 * current state. The rules on its `auth_events` are {@link checkStateIndependent}'s and are not repeated here. Every rule
 * quotes the specification; the first that matches decides.
 * https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules
 */
export function checkEventAuth(
  event: AuthPdu,
  authState: StateLookup,
  version: RoomVersion,
  context: AuthContext,
): AuthVerdict {
  // "If type is m.room.create: ..."
  if (event.type === 'm.room.create') return checkCreate(event, version);
  const create = authState('m.room.create', '');
  if (create === undefined) {
    return refuse(
      version,
      version.roomIdIsCreateHash ? 'roomId' : 'authEvents.create',
      'the state has no create event',
    );
  }
  // "If the content of the m.room.create event in the room state has the property m.federate set to false, and the sender
  // domain of the event does not match the sender domain of the create event, reject."
  if (create.content['m.federate'] === false && domainOf(event.sender) !== domainOf(create.sender)) {
    return refuse(version, 'federate', 'the room is closed to other servers');
  }
  // Versions 1 to 5: "If type is m.room.aliases: ..."
  if (version.aliasesAreSpecial && event.type === 'm.room.aliases') return checkAliases(event, version);
  const creators = creatorsOf(create, version);
  const levels = readPowerLevels(authState('m.room.power_levels', '')?.content, version, creators);
  const room: RoomAtEvent = { event, version, create, creators, levels, state: authState, context };
  // "If type is m.room.member: ..."
  return event.type === 'm.room.member' ? checkMember(room) : checkSending(room);
}

function checkAliases(event: AuthPdu, version: RoomVersion): AuthVerdict {
  // "If event has no state_key, reject."
  if (event.stateKey === undefined)
    return refuse(version, 'aliases.stateKey', 'the aliases event is not a state event');
  // "If sender's domain doesn't match state_key, reject."
  if (domainOf(event.sender) !== event.stateKey)
    return refuse(version, 'aliases.domain', 'the aliases are of another server');
  // "Otherwise, allow."
  return allowed;
}

function checkSending(room: RoomAtEvent): AuthVerdict {
  const { event, version, levels } = room;
  // "If the sender's current membership state is not join, reject."
  if (membershipOf(room.state, event.sender) !== 'join')
    return refuse(version, 'senderJoined', 'the sender is not in the room');
  const senderLevel = levels.userLevel(event.sender);
  // "If type is m.room.third_party_invite: Allow if and only if sender's current power level is greater than or equal to
  // the invite level."
  if (event.type === 'm.room.third_party_invite') {
    return senderLevel >= levels.invite
      ? allowed
      : refuse(version, 'thirdPartyInvite.level', 'the sender may not invite');
  }
  // "If the event type's required power level is greater than the sender's power level, reject."
  if (levels.eventLevel(event.type, event.stateKey !== undefined) > senderLevel) {
    return refuse(version, 'requiredLevel', 'the sender may not send this type of event');
  }
  // "If the event has a state_key that starts with an @ and does not match the sender, reject."
  if (event.stateKey?.startsWith('@') === true && event.stateKey !== event.sender) {
    return refuse(version, 'userStateKey', 'the state key belongs to another user');
  }
  // "If type is m.room.power_levels: ..."
  if (event.type === 'm.room.power_levels') return checkPowerLevels(room);
  // Versions 1 and 2: "If type is m.room.redaction: ..."
  if (version.redactionIsAuthorised && event.type === 'm.room.redaction') return checkRedaction(room, senderLevel);
  // "Otherwise, allow."
  return allowed;
}

function checkRedaction({ event, version, levels }: RoomAtEvent, senderLevel: number): AuthVerdict {
  // "If the sender's power level is greater than or equal to the redact level, allow."
  if (senderLevel >= levels.redact) return allowed;
  // "If the domain of the event_id of the event being redacted is the same as the domain of the event_id of the
  // m.room.redaction, allow."
  if (event.redacts !== undefined && domainOf(event.redacts) === domainOf(event.eventId)) return allowed;
  // "Otherwise, reject."
  return refuse(version, 'redaction.otherwise', "the sender may not redact another server's event");
}
