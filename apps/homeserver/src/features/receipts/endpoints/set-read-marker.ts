import { type clientServer, invalidParam } from '@stafette/contracts';
import { parseEventId, parseRoomId, type EventId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Receipts } from '../service.ts';

function readEventId(text: string | undefined): EventId | undefined {
  if (text === undefined) return undefined;
  const eventId = parseEventId(text);
  if (eventId === undefined) throw invalidParam('A marker does not name an event');
  return eventId;
}

export const setReadMarker =
  (receipts: Receipts): Handler<typeof clientServer.setReadMarker> =>
  async ({ params, body, requester: { userId } }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('roomId is not a room id');
    const fullyRead = readEventId(body['m.fully_read']);
    const read = readEventId(body['m.read']);
    const readPrivate = readEventId(body['m.read.private']);
    if (fullyRead !== undefined) await receipts.moveFullyRead(userId, roomId, fullyRead);
    if (read !== undefined) await receipts.move({ userId, roomId, type: 'm.read', eventId: read, threadId: undefined });
    if (readPrivate !== undefined) {
      await receipts.move({ userId, roomId, type: 'm.read.private', eventId: readPrivate, threadId: undefined });
    }
    return {};
  };
