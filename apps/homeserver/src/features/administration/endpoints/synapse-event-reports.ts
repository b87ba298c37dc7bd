import { notFound, type admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Audit } from '../../audit/index.ts';
import type { Report, Reports } from '../../reports/index.ts';

export interface SynapseReportDependencies {
  readonly reports: Reports;
  readonly audit: Audit;
}

const DEFAULT_LIMIT = 100;

/** Of an event, a report names room, event and sender. */
const toJson = ({ id, reportedAt, roomId, eventId, reporter, reason, score, userId }: Report) => ({
  id,
  received_ts: reportedAt,
  room_id: roomId ?? '',
  event_id: eventId ?? '',
  user_id: reporter,
  reason,
  score,
  sender: userId ?? '',
});

export const listSynapseEventReports =
  ({ reports }: SynapseReportDependencies): Handler<typeof admin.listSynapseEventReports> =>
  async ({ query }) => {
    const offset = query.from ?? 0;
    const page = await reports.listOfEvents({
      reporter: query.user_id,
      roomId: query.room_id,
      isOldestFirst: query.dir === 'f',
      offset,
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    const next = offset + page.reports.length;
    return {
      event_reports: page.reports.map(toJson),
      total: page.total,
      ...(next < page.total ? { next_token: next } : {}),
    };
  };

export const getSynapseEventReport =
  ({ reports }: SynapseReportDependencies): Handler<typeof admin.getSynapseEventReport> =>
  async ({ params }) => {
    const report = await reports.get(Number(params.reportId));
    if (report.kind !== 'event') throw notFound('There is no such report');
    return toJson(report);
  };

export const removeSynapseEventReport =
  ({ reports, audit }: SynapseReportDependencies): Handler<typeof admin.removeSynapseEventReport> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'report.remove', target: params.reportId } as const;
    await reports.remove(Number(params.reportId), (tx) => audit.note(tx, entry));
    return {};
  };
