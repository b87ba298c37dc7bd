import { missingParam, notFound, type admin } from '@stafette/contracts';
import { parseEventId, type EventId, type RoomId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { RoomEvents, StoredEvent } from '../../../room-events/index.ts';
import type { RoomTasks } from '../../../room-tasks/index.ts';
import { getRoomById } from '../named-room.ts';

export interface PurgeDependencies {
  readonly roomEvents: RoomEvents;
  readonly roomTasks: RoomTasks;
  readonly findEvent: (eventId: EventId) => Promise<StoredEvent | undefined>;
}

async function positionOf({ findEvent }: PurgeDependencies, roomId: RoomId, eventIdText: string): Promise<number> {
  const eventId = parseEventId(eventIdText);
  const event = eventId && (await findEvent(eventId));
  if (event?.roomId !== roomId) throw notFound('There is no such event in this room');
  return event.pos;
}

export const purgeSynapseHistory =
  (d: PurgeDependencies): Handler<typeof admin.purgeSynapseHistory> =>
  async ({ params, body, requester }) => {
    const room = await getRoomById(d.roomEvents, params.roomId);
    const { purge_up_to_event_id: eventId, purge_up_to_ts: ts, delete_local_events: includesLocal = false } = body;
    if (eventId === undefined && ts === undefined)
      throw missingParam('Say up to which event, or up to which time, messages are to be deleted');
    const options = {
      untilMs: ts === undefined ? Number.MAX_SAFE_INTEGER : ts - 1,
      beforePos: eventId === undefined ? Number.MAX_SAFE_INTEGER : await positionOf(d, room.id, eventId),
      includesLocal,
    };
    return { purge_id: await d.roomTasks.request(requester.userId, room, { action: 'purge_history', options }) };
  };

export const purgeSynapseHistoryUpTo =
  (d: PurgeDependencies): Handler<typeof admin.purgeSynapseHistoryUpTo> =>
  async (context) => {
    const { delete_local_events: includesLocal = false } = context.body;
    const body = { purge_up_to_event_id: context.params.eventId, delete_local_events: includesLocal };
    return purgeSynapseHistory(d)({ ...context, body });
  };

export const getSynapsePurgeStatus =
  ({ roomTasks }: PurgeDependencies): Handler<typeof admin.getSynapsePurgeStatus> =>
  async ({ params }) => {
    const { status, error } = await roomTasks.get(params.purgeId, 'purge_history');
    return { status: status === 'scheduled' ? 'active' : status, ...(error === null ? {} : { error }) };
  };
