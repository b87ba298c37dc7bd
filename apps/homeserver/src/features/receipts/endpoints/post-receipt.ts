import { type clientServer, invalidParam } from '@stafette/contracts';
import { parseEventId, parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Receipts } from '../service.ts';

export const postReceipt =
  (receipts: Receipts): Handler<typeof clientServer.postReceipt> =>
  async ({ params, body, requester: { userId } }) => {
    const roomId = parseRoomId(params.roomId);
    const eventId = parseEventId(params.eventId);
    if (roomId === undefined) throw invalidParam('roomId is not a room id');
    if (eventId === undefined) throw invalidParam('eventId is not an event id');
    const { receiptType: type } = params;
    const { thread_id: threadId } = body;
    if (threadId !== undefined && (typeof threadId !== 'string' || threadId === '')) {
      throw invalidParam('thread_id has to be a string that is not empty');
    }
    if (type === 'm.fully_read') {
      if (threadId !== undefined) throw invalidParam('The fully-read marker knows no threads');
      await receipts.moveFullyRead(userId, roomId, eventId);
    } else if (type === 'm.read' || type === 'm.read.private') {
      await receipts.move({ userId, roomId, type, eventId, threadId });
    } else {
      throw invalidParam('There is no such type of receipt');
    }
    return {};
  };
