import { type clientServer, forbidden, invalidParam } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { RoomEvents } from '../../room-events/index.ts';
import type { Typing } from '../service.ts';

export const setTyping =
  (typing: Typing, roomEvents: RoomEvents): Handler<typeof clientServer.setTyping> =>
  async ({ params, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('roomId is not a room id');
    if (params.userId !== requester.userId) throw forbidden('Nobody can type for somebody else');
    const room = await roomEvents.findRoom(roomId);
    if (room?.members().get(requester.userId) !== 'join') throw forbidden('You are not in this room');
    if (body.typing) await typing.start(requester.userId, roomId, body.timeout);
    else await typing.stop(requester.userId, roomId);
    return {};
  };
