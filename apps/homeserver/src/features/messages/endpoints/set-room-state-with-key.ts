import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { sessionKeyOf } from '../../room-events/index.ts';
import type { Messages, ScheduleEvent } from '../service.ts';

export const setRoomStateWithKey =
  (messages: Messages, schedule: ScheduleEvent): Handler<typeof clientServer.setRoomStateWithKey> =>
  async ({ params, query, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('This is not a room id');
    const event = { roomId, sender: requester.userId, type: params.eventType, content: body };
    const stateKey = params.stateKey ?? '';
    const delayMs = query['org.matrix.msc4140.delay'];
    if (delayMs !== undefined) {
      const request = { ...event, stateKey, delayMs, sessionKey: sessionKeyOf(requester), txnId: undefined };
      return { delay_id: await schedule(request) };
    }
    const originServerTs = requester.kind === 'appservice' ? query.ts : undefined;
    return { event_id: await messages.setState({ ...event, originServerTs }, stateKey) };
  };
