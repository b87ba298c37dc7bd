import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId, readStoredJson, type JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { sessionKeyOf } from '../../room-events/index.ts';
import type { DelayedEventRow, DelayedEvents } from '../service.ts';

/** Stored texts that were objects. */
const readObject = (text: string): JsonObject => readStoredJson(text) as JsonObject;

const toJson = (row: DelayedEventRow) => ({
  delay_id: row.delay_id,
  room_id: row.room_id,
  type: row.type,
  ...(row.state_key === null ? {} : { state_key: row.state_key }),
  content: readObject(row.content),
  delay_ms: row.delay_ms,
  scheduled_at: row.scheduled_at,
  delay: row.delay_ms,
  running_since: row.scheduled_at,
  ...(row.finalised_at === null ? {} : { finalised_ts: row.finalised_at }),
  ...(row.event_id === null ? {} : { event_id: row.event_id }),
  ...(row.error === null ? {} : { error: readObject(row.error) }),
});

export const scheduleDelayedEvent =
  (delayedEvents: DelayedEvents): Handler<typeof clientServer.scheduleDelayedEvent> =>
  async ({ params, body, requester }) => {
    const roomId = parseRoomId(params.roomId);
    if (roomId === undefined) throw invalidParam('This is not a room id');
    const delayId = await delayedEvents.schedule({
      roomId,
      sender: requester.userId,
      sessionKey: sessionKeyOf(requester),
      txnId: params.txnId,
      type: params.eventType,
      stateKey: body.state_key,
      content: body.content,
      delayMs: body.delay_ms,
    });
    return { delay_id: delayId };
  };

export const getDelayedEvents =
  (delayedEvents: DelayedEvents): Handler<typeof clientServer.getDelayedEvents> =>
  async ({ requester }) => ({ delayed_events: (await delayedEvents.list(requester.userId)).map(toJson) });

export const getDelayedEvent =
  (delayedEvents: DelayedEvents): Handler<typeof clientServer.getDelayedEvent> =>
  async ({ params, requester }) =>
    toJson(await delayedEvents.get(requester.userId, params.delayId));

type Action = 'cancel' | 'restart' | 'send';

/** One of the three things that can be done to what waits. */
export const manageDelayedEvent =
  (delayedEvents: DelayedEvents, action: Action): Handler<typeof clientServer.cancelDelayedEvent> =>
  async ({ params, requester }) => {
    await delayedEvents[action](requester?.userId, params.delayId);
    return {};
  };

export const updateDelayedEvent =
  (delayedEvents: DelayedEvents): Handler<typeof clientServer.updateDelayedEvent> =>
  async ({ params, body, requester }) => {
    await delayedEvents[body.action](requester?.userId, params.delayId);
    return {};
  };
