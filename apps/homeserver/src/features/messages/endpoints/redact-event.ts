import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseEventId, parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { sessionKeyOf } from '../../room-events/index.ts';
import type { Messages } from '../service.ts';

export const redactEvent =
  (messages: Messages): Handler<typeof clientServer.redactEvent> =>
  async ({ params, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    const eventId = parseEventId(params.eventId);
    if (roomId === undefined || eventId === undefined) throw invalidParam('The path names no room and event');
    const content = body.reason === undefined ? {} : { reason: body.reason };
    const transaction = { sessionKey: sessionKeyOf(requester), txnId: params.txnId };
    return { event_id: await messages.redact({ roomId, eventId, sender: requester.userId, content }, transaction) };
  };
