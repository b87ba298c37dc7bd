import { notFound, type admin } from '@stafette/contracts';
import { parseEventId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../../http/handler.ts';
import {
  getEventByTimestamp,
  getEventContext,
  getRoomEvents,
  getVisibleEvent,
  presentState,
  type HistoryOptions,
} from '../../../history/index.ts';
import type { RoomEvents } from '../../../room-events/index.ts';
import { getSpaceHierarchy } from '../../../spaces/index.ts';
import { getRoomById } from '../named-room.ts';
import type { Purpose, RoomInspection } from '../room-inspection.ts';

export interface RoomReadingDependencies {
  readonly roomEvents: RoomEvents;
  readonly roomInspection: RoomInspection;
}

/** The history of rooms for one reading of an administrator. */
const inspected = ({ roomEvents, roomInspection }: RoomReadingDependencies, purpose: Purpose): HistoryOptions => ({
  ...roomInspection.history,
  open: async (requester, roomId) => roomInspection.open(await getRoomById(roomEvents, roomId), requester, purpose),
});

export const getSynapseRoomState =
  ({ roomEvents, roomInspection }: RoomReadingDependencies): Handler<typeof admin.getSynapseRoomState> =>
  async ({ params, query, requester }) => {
    const purpose = { action: 'room.read-state', reason: query.reason } as const;
    const room = await getRoomById(roomEvents, params.roomId);
    const access = await roomInspection.open(room, requester, purpose);
    const wanted = [...room.allState()].filter((event) => query.type === undefined || event.type === query.type);
    return new PreparedResponse(`{"state":[${presentState(roomInspection.history, access, wanted).join(',')}]}`);
  };

export const listSynapseRoomMessages =
  (dependencies: RoomReadingDependencies): Handler<typeof admin.listSynapseRoomMessages> =>
  async (context) => {
    const history = inspected(dependencies, { action: 'room.read-messages', reason: context.query.reason });
    return getRoomEvents(history)({ ...context, query: { dir: 'f', ...context.query } });
  };

export const getSynapseEventContext =
  (dependencies: RoomReadingDependencies): Handler<typeof admin.getSynapseEventContext> =>
  async (context) =>
    getEventContext(inspected(dependencies, { action: 'room.read-context', reason: context.query.reason }))(context);

export const getSynapseEventByTimestamp =
  (dependencies: RoomReadingDependencies): Handler<typeof admin.getSynapseEventByTimestamp> =>
  async (context) => {
    const history = inspected(dependencies, { action: 'room.read-times', reason: context.query.reason });
    return getEventByTimestamp(history)({ ...context, query: { dir: 'f', ...context.query } });
  };

export const fetchSynapseEvent =
  ({ roomEvents, roomInspection }: RoomReadingDependencies): Handler<typeof admin.fetchSynapseEvent> =>
  async ({ params, query, requester }) => {
    const { history } = roomInspection;
    const eventId = parseEventId(params.eventId);
    const [found] = eventId === undefined ? [] : await roomEvents.getEvents(history.database.reader, [eventId]);
    const room = found && (await roomEvents.findRoom(found.roomId));
    if (room === undefined) throw notFound('There is no such event');
    const access = await roomInspection.open(room, requester, { action: 'room.read-event', reason: query.reason });
    const { pdu, originServerTs } = await getVisibleEvent(history, access, params.eventId);
    const unsigned = { age_ts: originServerTs };
    return { event: { ...pdu.json, event_id: pdu.eventId, room_id: pdu.roomId, unsigned } };
  };

export const getSynapseHierarchy =
  ({ roomEvents }: RoomReadingDependencies): Handler<typeof admin.getSynapseHierarchy> =>
  async (context) => {
    await getRoomById(roomEvents, context.params.roomId);
    return getSpaceHierarchy(roomEvents, true)(context);
  };
