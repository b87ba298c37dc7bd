import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Report, Reports } from '../../../reports/index.ts';

interface Dependencies {
  readonly reports: Reports;
  readonly audit: Audit;
}

const DEFAULT_LIMIT = 100;

const toJson = ({ id, reportedAt, reporter, userId, reason }: Report) => ({
  id,
  received_ts: reportedAt,
  user_id: reporter,
  target_user_id: userId ?? '',
  reason,
});

export const listSynapseUserReports =
  ({ reports }: Dependencies): Handler<typeof admin.listSynapseUserReports> =>
  async ({ query }) => {
    const offset = query.from ?? 0;
    const page = await reports.listOfKind('user', {
      reporter: query.user_id,
      userId: query.target_user_id,
      isOldestFirst: query.dir === 'f',
      offset,
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    const next = offset + page.reports.length;
    return {
      user_reports: page.reports.map(toJson),
      total: page.total,
      ...(next < page.total ? { next_token: next } : {}),
    };
  };

export const getSynapseUserReport =
  ({ reports }: Dependencies): Handler<typeof admin.getSynapseUserReport> =>
  async ({ params }) =>
    toJson(await reports.get(Number(params.reportId), 'user'));

export const removeSynapseUserReport =
  ({ reports, audit }: Dependencies): Handler<typeof admin.removeSynapseUserReport> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'report.remove', target: params.reportId } as const;
    await reports.remove(Number(params.reportId), 'user', (tx) => audit.note(tx, entry));
    return {};
  };
