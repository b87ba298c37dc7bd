import type { clientServer } from '@stafette/contracts';
import { invalidParam } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Aliases } from '../../rooms/index.ts';
import type { Membership } from '../service.ts';

export const joinRoomById =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.joinRoomById> =>
  async ({ params, body, requester }) => {
    if (parseRoomId(params.roomId) === undefined) throw invalidParam('This is not a room id');
    const room = await aliases.resolve(requester.userId, params.roomId);
    await membership.join(requester, room, body.reason, body.third_party_signed);
    return { room_id: room.id };
  };

export const joinRoom =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.joinRoom> =>
  async ({ params, body, requester }) => {
    const room = await aliases.resolve(requester.userId, params.roomIdOrAlias);
    await membership.join(requester, room, body.reason, body.third_party_signed);
    return { room_id: room.id };
  };

export const knockRoom =
  (membership: Membership, aliases: Aliases): Handler<typeof clientServer.knockRoom> =>
  async ({ params, body, requester }) => {
    const room = await aliases.resolve(requester.userId, params.roomIdOrAlias);
    await membership.knock(requester, room, body.reason);
    return { room_id: room.id };
  };
