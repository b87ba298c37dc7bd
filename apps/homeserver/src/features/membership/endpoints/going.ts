import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId, type RoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Membership } from '../service.ts';

function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('This is not a room id');
  return roomId;
}

export const leaveRoom =
  (membership: Membership): Handler<typeof clientServer.leaveRoom> =>
  async ({ params, body, requester }) => {
    await membership.leave(requester.userId, readRoomId(params.roomId), body.reason);
    return {};
  };

export const forgetRoom =
  (membership: Membership): Handler<typeof clientServer.forgetRoom> =>
  async ({ params, requester }) => {
    await membership.forget(requester.userId, readRoomId(params.roomId));
    return {};
  };

export const getJoinedRooms =
  (membership: Membership): Handler<typeof clientServer.getJoinedRooms> =>
  async ({ requester }) => ({ joined_rooms: [...(await membership.listJoined(requester.userId))] });
