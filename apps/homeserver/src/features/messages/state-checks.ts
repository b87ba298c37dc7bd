import { badJson, forbidden, invalidParam } from '@stafette/contracts';
import { checkLevelsFormat, isJsonObject, type JsonObject } from '@stafette/protocol';
import type { RoomView } from '../room-events/index.ts';

/**
 * Throws M_INVALID_PARAM, or M_BAD_JSON for levels that are none, for state that the rules refuse whoever sends it: the request is at fault, not the member's level.
 * Strangers are left for the rules to refuse.
 */
export function assertPossible(room: RoomView, sender: string, type: string, content: JsonObject): void {
  if (room.membershipOf(sender) !== 'join') return;
  if (type === 'm.room.create') throw invalidParam('A room is created once');
  if (type !== 'm.room.power_levels') return;
  const format = checkLevelsFormat(content, room.version);
  if (!format.allowed) throw badJson(`These are no levels: ${format.reason}`);
  const { users } = content;
  if (isJsonObject(users) && Object.keys(users).some((userId) => room.powerLevels.userLevel(userId) === Infinity))
    throw invalidParam('The creators of this room are above all levels, and cannot be given one');
}

/**
 * The content of a member event with what the server said about who let the member in: that is never a client's word.
 * A member who stays one may send anything there, to no effect; throws M_FORBIDDEN for others who do.
 */
export function withAuthorisation(room: RoomView, stateKey: string, content: JsonObject): JsonObject {
  const { join_authorised_via_users_server: claimed, ...rest } = content;
  const known = room.state('m.room.member', stateKey)?.content['join_authorised_via_users_server'];
  if (claimed === undefined || claimed === known) return content;
  if (room.membershipOf(stateKey) !== 'join' || content['membership'] !== 'join')
    throw forbidden('A join is authorised by the server, not by the client');
  return known === undefined ? rest : { ...rest, join_authorised_via_users_server: known };
}
