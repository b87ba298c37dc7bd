import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { sessionKeyOf } from '../../room-events/index.ts';
import type { Messages } from '../service.ts';

export const sendMessage =
  (messages: Messages): Handler<typeof clientServer.sendMessage> =>
  async ({ params, query, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('This is not a room id');
    const originServerTs = requester.kind === 'appservice' ? query.ts : undefined;
    const eventId = await messages.send(
      { roomId, sender: requester.userId, type: params.eventType, content: body, originServerTs },
      { sessionKey: sessionKeyOf(requester), txnId: params.txnId },
    );
    return { event_id: eventId };
  };
