import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Messages } from '../service.ts';

export const setRoomStateWithKey =
  (messages: Messages): Handler<typeof clientServer.setRoomStateWithKey> =>
  async ({ params, query, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('This is not a room id');
    const originServerTs = requester.kind === 'appservice' ? query.ts : undefined;
    const event = { roomId, sender: requester.userId, type: params.eventType, content: body, originServerTs };
    return { event_id: await messages.setState(event, params.stateKey ?? '') };
  };
