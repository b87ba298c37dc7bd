import type { Pdu } from '../events/pdu.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';

/** The part of an event, or of one to be made, that decides which state authorizes it. */
export type AuthIntent = Pick<Pdu, 'type' | 'stateKey' | 'content'> & { readonly sender: string };

export type StateTuple = readonly [type: string, stateKey: string];

/** The token of a third-party invitation, when the content has one where it belongs. */
export function thirdPartyToken(content: JsonObject): string | undefined {
  const invite = content['third_party_invite'];
  const signed = isJsonObject(invite) ? invite['signed'] : undefined;
  const token = isJsonObject(signed) ? signed['token'] : undefined;
  return typeof token === 'string' ? token : undefined;
}

/**
 * Which state events an event has to name in `auth_events`, as far as the room has them.
 * https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection
 */
export function selectAuthEventKeys(intent: AuthIntent, version: RoomVersion): readonly StateTuple[] {
  // "The auth_events for the m.room.create event in a room is empty."
  if (intent.type === 'm.room.create') return [];
  const keys: StateTuple[] = [];
  // "Depending on the room version, the m.room.create event." Version 12 implies it by the room id.
  if (!version.roomIdIsCreateHash) keys.push(['m.room.create', '']);
  // "The current m.room.power_levels event, if any. The sender's current m.room.member event, if any."
  keys.push(['m.room.power_levels', ''], ['m.room.member', intent.sender]);
  return intent.type === 'm.room.member' ? [...keys, ...memberKeys(intent, version)] : keys;
}

function memberKeys(intent: AuthIntent, version: RoomVersion): readonly StateTuple[] {
  const keys: StateTuple[] = [];
  const named = new Set([intent.sender]);
  const addMember = (userId: string): void => {
    if (!named.has(userId)) keys.push(['m.room.member', userId]);
    named.add(userId);
  };
  // "The target's current m.room.member event, if any."
  if (intent.stateKey !== undefined) addMember(intent.stateKey);
  const membership = intent.content['membership'];
  // "If membership is join, invite or knock, the current m.room.join_rules event, if any."
  if (membership === 'join' || membership === 'invite' || membership === 'knock') keys.push(['m.room.join_rules', '']);
  // "If membership is invite and content contains a third_party_invite property, the current m.room.third_party_invite
  // event with state_key matching content.third_party_invite.signed.token, if any."
  const token = membership === 'invite' ? thirdPartyToken(intent.content) : undefined;
  if (token !== undefined) keys.push(['m.room.third_party_invite', token]);
  // "If membership is join, content.join_authorised_via_users_server is present, and the room version supports restricted
  // rooms, then the m.room.member event with state_key matching content.join_authorised_via_users_server."
  const authoriser = intent.content['join_authorised_via_users_server'];
  if (version.allowsRestrictedJoin && membership === 'join' && typeof authoriser === 'string') addMember(authoriser);
  return keys;
}
