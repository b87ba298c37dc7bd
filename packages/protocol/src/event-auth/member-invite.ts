import { isJsonObject } from '../json.ts';
import type { RoomAtEvent } from './room-at-event.ts';
import { membershipOf } from './room-facts.ts';
import { hasThirdPartySignature } from './third-party-signature.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/** "If membership is invite": rule 5.3 or 4.3 up to version 7, 4.4 from version 8, 5.4 in version 12. */
export function checkInvite(room: RoomAtEvent, target: string): AuthVerdict {
  const { event, version, levels, state } = room;
  // "If content has a third_party_invite property: ..."
  if (event.content['third_party_invite'] !== undefined) return checkThirdPartyInvite(room, target);
  // "If the sender's current membership state is not join, reject."
  if (membershipOf(state, event.sender) !== 'join') {
    return refuse(version, 'member.invite.senderJoined', 'the sender is not in the room');
  }
  // "If target user's current membership state is join or ban, reject."
  const targetMembership = membershipOf(state, target);
  if (targetMembership === 'join' || targetMembership === 'ban') {
    return refuse(version, 'member.invite.target', 'the user is in the room or banned');
  }
  // "If the sender's power level is greater than or equal to the invite level, allow."
  if (levels.userLevel(event.sender) >= levels.invite) return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.invite.otherwise', 'the sender may not invite');
}

function checkThirdPartyInvite({ event, version, state, context }: RoomAtEvent, target: string): AuthVerdict {
  // "If target user is banned, reject."
  if (membershipOf(state, target) === 'ban') {
    return refuse(version, 'member.invite.thirdParty.banned', 'the invited user is banned');
  }
  // "If content.third_party_invite does not have a signed property, reject."
  const invite = event.content['third_party_invite'];
  const signed = isJsonObject(invite) ? invite['signed'] : undefined;
  if (!isJsonObject(signed)) return refuse(version, 'member.invite.thirdParty.signed', 'nothing is signed');
  // "If signed does not have mxid and token properties, reject."
  const mxid = signed['mxid'];
  const token = signed['token'];
  if (typeof mxid !== 'string' || typeof token !== 'string') {
    return refuse(version, 'member.invite.thirdParty.fields', 'the signed part lacks mxid or token');
  }
  // "If mxid does not match state_key, reject."
  if (mxid !== target) return refuse(version, 'member.invite.thirdParty.mxid', 'the signed part is for another user');
  // "If there is no m.room.third_party_invite event in the current room state with state_key matching token, reject."
  const offer = state('m.room.third_party_invite', token);
  if (offer === undefined)
    return refuse(version, 'member.invite.thirdParty.token', 'the token belongs to no invitation');
  // "If sender does not match sender of the m.room.third_party_invite, reject."
  if (event.sender !== offer.sender) {
    return refuse(version, 'member.invite.thirdParty.sender', 'somebody else made the invitation');
  }
  // "If any signature in signed matches any public key in the m.room.third_party_invite event, allow."
  if (hasThirdPartySignature(signed, offer.content, context.crypto)) return allowed;
  // "Otherwise, reject."
  return refuse(version, 'member.invite.thirdParty.otherwise', 'no signature matches the keys of the invitation');
}
