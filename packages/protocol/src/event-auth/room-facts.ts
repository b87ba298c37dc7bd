import type { Pdu } from '../events/pdu.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { StateLookup } from './auth-input.ts';

/**
 * The users that created the room, whose power is above or at the top. Versions 1 to 10 name one in `creator`, version 11
 * takes the sender, version 12 the sender and all `additional_creators`.
 */
export function creatorsOf(create: Pick<Pdu, 'sender' | 'content'>, version: RoomVersion): readonly string[] {
  if (version.createHasCreator) {
    const creator = create.content['creator'];
    return typeof creator === 'string' ? [creator] : [];
  }
  const additional = version.creatorsArePrivileged ? create.content['additional_creators'] : undefined;
  if (!Array.isArray(additional)) return [create.sender];
  return [create.sender, ...additional.filter((entry) => typeof entry === 'string')];
}

/** A user's membership in this state; a user without a member event has left, as far as the rules are concerned. */
export function membershipOf(state: StateLookup, userId: string): string {
  const membership = state('m.room.member', userId)?.content['membership'];
  return typeof membership === 'string' ? membership : 'leave';
}

/** The room's join rule; `invite` without a join rules event. https://spec.matrix.org/v1.19/client-server-api/#mroomjoin_rules */
export function joinRuleOf(state: StateLookup): string {
  const event = state('m.room.join_rules', '');
  if (event === undefined) return 'invite';
  const joinRule = event.content['join_rule'];
  return typeof joinRule === 'string' ? joinRule : '';
}
