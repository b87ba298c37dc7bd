import { forbidden } from '@stafette/contracts';
import { serverNameOf, type JsonObject, type ServerName, type UserId } from '@stafette/protocol';
import type { EventIntent, RoomView } from '../room-events/index.ts';

/**
 * The invitation that somebody claims with an identity server's signature, in the name of whoever offered it. Whether the
 * signature is by a key of the offer is for the authorization rules to say.
 * https://spec.matrix.org/v1.19/client-server-api/#third-party-invites
 */
export function claimedInvite(
  room: RoomView,
  claim: { readonly userId: UserId; readonly profile: JsonObject; readonly signed: JsonObject },
  serverName: ServerName,
): EventIntent {
  const { userId, profile, signed } = claim;
  const token = signed['token'];
  const offer = typeof token === 'string' ? room.state('m.room.third_party_invite', token) : undefined;
  if (offer === undefined || signed['mxid'] !== userId) throw forbidden('This is no invitation of yours');
  if (serverNameOf(offer.sender) !== serverName) throw forbidden('This invitation is for another server to confirm');
  const name = offer.content['display_name'];
  return {
    type: 'm.room.member',
    stateKey: userId,
    sender: offer.sender,
    content: {
      ...profile,
      membership: 'invite',
      third_party_invite: { display_name: typeof name === 'string' ? name : '', signed },
    },
  };
}
