import { forbidden, invalidParam, missingToken, notFound, type clientServer } from '@stafette/contracts';
import { parseRoomAlias, parseRoomId, serverNameOf, type RoomAlias, type ServerName } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { RoomEvents } from '../../room-events/index.ts';
import type { Aliases } from '../aliases.ts';
import type { RemoteRoom } from '../remote-aliases.ts';

export function readAlias(text: string): RoomAlias {
  const alias = parseRoomAlias(text);
  if (alias === undefined) throw invalidParam('This is not a room alias');
  return alias;
}

export const setRoomAlias =
  (aliases: Aliases): Handler<typeof clientServer.setRoomAlias> =>
  async ({ params, body, requester }) => {
    const alias = readAlias(params.roomAlias);
    const roomId = parseRoomId(body.room_id);
    if (roomId === undefined) throw invalidParam('room_id is not a room id');
    await aliases.add(requester, alias, roomId);
    return {};
  };

export const getRoomIdByAlias =
  (
    aliases: Aliases,
    serverName: ServerName,
    findRemote: (alias: RoomAlias) => Promise<RemoteRoom | undefined>,
  ): Handler<typeof clientServer.getRoomIdByAlias> =>
  async ({ params, requester }) => {
    const alias = readAlias(params.roomAlias);
    if (serverNameOf(alias) !== serverName) {
      // Nobody makes this server ask others who is not one of its people.
      if (requester === undefined) throw missingToken();
      const remote = await findRemote(alias);
      if (remote === undefined) throw notFound('There is no such alias');
      return remote;
    }
    const room = await aliases.findFor(requester?.userId, alias);
    if (room === undefined) throw notFound('There is no such alias');
    return { room_id: room.id, servers: [serverName] };
  };

export const deleteRoomAlias =
  (aliases: Aliases): Handler<typeof clientServer.deleteRoomAlias> =>
  async ({ params, requester }) => {
    await aliases.remove(requester, readAlias(params.roomAlias));
    return {};
  };

export const getLocalAliases =
  (aliases: Aliases, roomEvents: RoomEvents): Handler<typeof clientServer.getLocalAliases> =>
  async ({ params, requester }) => {
    const roomId = parseRoomId(params.roomId);
    const room = roomId === undefined ? undefined : await roomEvents.findRoom(roomId);
    // Administrators see what rooms are called; what is said in them is none of their business.
    const isOpen = requester.isAdmin || room?.historyVisibility === 'world_readable';
    const mayRead = isOpen || room?.membershipOf(requester.userId) === 'join';
    if (room === undefined || !mayRead) throw forbidden('You are not in this room');
    return { aliases: [...(await aliases.list(room))] };
  };
