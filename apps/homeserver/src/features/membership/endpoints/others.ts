import { invalidParam, missingParam, type clientServer } from '@stafette/contracts';
import { parseRoomId, parseUserId, type RoomId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import { noIdentityServer } from '../../rooms/index.ts';
import type { Membership } from '../service.ts';

interface Request {
  readonly params: { readonly roomId: string };
  readonly body: { readonly user_id: string; readonly reason?: string };
  readonly requester: Requester;
}

function readAction({ params, body, requester }: Request): {
  roomId: RoomId;
  sender: UserId;
  target: UserId;
  reason: string | undefined;
} {
  const roomId = parseRoomId(params.roomId);
  if (roomId === undefined) throw invalidParam('This is not a room id');
  const target = parseUserId(body.user_id);
  if (target === undefined) throw invalidParam('user_id is not a user id');
  return { roomId, sender: requester.userId, target, reason: body.reason };
}

export const inviteUser =
  (membership: Membership): Handler<typeof clientServer.inviteUser> =>
  async ({ params, body, requester }) => {
    const { user_id: userId, reason } = body;
    if (userId === undefined)
      throw body.id_server === undefined ? missingParam('The request names nobody to invite') : noIdentityServer();
    const named = { user_id: userId, ...(reason === undefined ? {} : { reason }) };
    await membership.invite(readAction({ params, body: named, requester }));
    return {};
  };

export const kick =
  (membership: Membership): Handler<typeof clientServer.kick> =>
  async (context) => {
    await membership.kick(readAction(context));
    return {};
  };

export const ban =
  (membership: Membership): Handler<typeof clientServer.ban> =>
  async (context) => {
    await membership.ban(readAction(context));
    return {};
  };

export const unban =
  (membership: Membership): Handler<typeof clientServer.unban> =>
  async (context) => {
    await membership.unban(readAction(context));
    return {};
  };
