import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, PlainText } from '../../schemas.ts';
import { pageAnswer, pageQuery } from './pages.ts';

const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const params = Type.Object({ reportId: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) });

const UserReport = Type.Object({
  id: Type.Integer(),
  /** Milliseconds since 1970. */
  received_ts: Type.Integer(),
  /** Who reported. */
  user_id: Type.String(),
  /** Who was reported. */
  target_user_id: Type.String(),
  reason: Type.String(),
});

/** People who were reported, the newest report first unless `dir` is `f`. */
export const listSynapseUserReports = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/user_reports',
  ...shared,
  query: Type.Object({
    ...pageQuery(500),
    user_id: Type.Optional(PlainText(255)),
    target_user_id: Type.Optional(PlainText(255)),
  }),
  response: Type.Object({
    user_reports: Type.Array(UserReport),
    ...pageAnswer,
  }),
});

/** One report. */
export const getSynapseUserReport = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/user_reports/:reportId',
  ...shared,
  params,
  response: UserReport,
});

/** Removes a report. */
export const removeSynapseUserReport = defineEndpoint({
  method: 'DELETE',
  path: '/_synapse/admin/v1/user_reports/:reportId',
  ...shared,
  params,
  response: Empty,
});
