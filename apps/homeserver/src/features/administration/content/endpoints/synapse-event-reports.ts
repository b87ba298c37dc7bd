import { MatrixError, type admin } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Requester } from '../../../../http/requester.ts';
import type { Audit } from '../../../audit/index.ts';
import { getVisibleEvent } from '../../../history/index.ts';
import type { Report, Reports } from '../../../reports/index.ts';
import type { RoomEvents, RoomView } from '../../../room-events/index.ts';
import { textIn } from '../../rooms/named-room.ts';
import type { RoomInspection } from '../../rooms/room-inspection.ts';

export interface SynapseReportDependencies {
  readonly reports: Reports;
  readonly roomEvents: RoomEvents;
  readonly roomInspection: RoomInspection;
  readonly audit: Audit;
}

const DEFAULT_LIMIT = 100;

/** Of an event, a report names room, event and sender. */
const toJson = (
  { id, reportedAt, roomId, eventId, reporter, reason, score, userId }: Report,
  room: RoomView | undefined,
) => ({
  id,
  received_ts: reportedAt,
  room_id: roomId ?? '',
  name: textIn(room, 'm.room.name', 'name'),
  canonical_alias: textIn(room, 'm.room.canonical_alias', 'alias'),
  event_id: eventId ?? '',
  user_id: reporter,
  reason,
  score,
  sender: userId ?? '',
});

export const listSynapseEventReports =
  ({ reports, roomEvents }: SynapseReportDependencies): Handler<typeof admin.listSynapseEventReports> =>
  async ({ query }) => {
    const offset = query.from ?? 0;
    const page = await reports.listOfKind('event', {
      reporter: query.user_id,
      roomId: query.room_id,
      userId: query.event_sender_user_id,
      isOldestFirst: query.dir === 'f',
      offset,
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    await roomEvents.loadRooms(page.reports.flatMap(({ roomId }) => roomId ?? []));
    const next = offset + page.reports.length;
    return {
      event_reports: page.reports.map((report) =>
        toJson(report, report.roomId === null ? undefined : roomEvents.loadedRoom(report.roomId)),
      ),
      total: page.total,
      ...(next < page.total ? { next_token: next } : {}),
    };
  };

/** What was reported, as it is signed; undefined where it is gone, or not for this administrator to read. */
async function readReported(
  { roomInspection }: SynapseReportDependencies,
  room: RoomView | undefined,
  { eventId }: Report,
  requester: Requester,
  reason: string | undefined,
): Promise<JsonObject | undefined> {
  if (room === undefined || eventId === null) return undefined;
  try {
    const access = await roomInspection.open(room, requester, { action: 'room.read-event', reason });
    return (await getVisibleEvent(roomInspection.history, access, eventId)).pdu.json;
  } catch (error) {
    if (error instanceof MatrixError) return undefined;
    throw error;
  }
}

export const getSynapseEventReport =
  (d: SynapseReportDependencies): Handler<typeof admin.getSynapseEventReport> =>
  async ({ params, query, requester }) => {
    const report = await d.reports.get(Number(params.reportId), 'event');
    const room = report.roomId === null ? undefined : await d.roomEvents.findRoom(report.roomId);
    const event = await readReported(d, room, report, requester, query.reason);
    return { ...toJson(report, room), ...(event === undefined ? {} : { event_json: event }) };
  };

export const removeSynapseEventReport =
  ({ reports, audit }: SynapseReportDependencies): Handler<typeof admin.removeSynapseEventReport> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'report.remove', target: params.reportId } as const;
    await reports.remove(Number(params.reportId), 'event', (tx) => audit.note(tx, entry));
    return {};
  };
