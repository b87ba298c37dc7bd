import type { clientServer } from '@stafette/contracts';
import { invalidParam } from '@stafette/contracts';
import { parseRoomId, type JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Aliases } from '../../rooms/index.ts';
import type { Membership } from '../service.ts';

/** Members of a member event that have a meaning of their own, and an origin. */
const RESERVED = new Set([
  'membership',
  'displayname',
  'avatar_url',
  'is_direct',
  'join_authorised_via_users_server',
  'third_party_invite',
  'third_party_signed',
]);

/** Whatever else a client sends with its wish to join becomes part of its member event. */
const ownContent = (body: object): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !RESERVED.has(name)));

export const joinRoomById =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.joinRoomById> =>
  async ({ params, body, requester }) => {
    if (parseRoomId(params.roomId) === undefined) throw invalidParam('This is not a room id');
    const room = await aliases.resolve(requester.userId, params.roomId);
    await membership.join(requester, room, ownContent(body), body.third_party_signed);
    return { room_id: room.id };
  };

export const joinRoom =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.joinRoom> =>
  async ({ params, body, requester }) => {
    const room = await aliases.resolve(requester.userId, params.roomIdOrAlias);
    await membership.join(requester, room, ownContent(body), body.third_party_signed);
    return { room_id: room.id };
  };

export const knockRoom =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.knockRoom> =>
  async ({ params, body, requester }) => {
    const room = await aliases.resolve(requester.userId, params.roomIdOrAlias);
    await membership.knock(requester, room, body.reason);
    return { room_id: room.id };
  };
