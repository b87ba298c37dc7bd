import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, JsonObject, NullableText, PlainText } from '../../schemas.ts';
import { pageAnswer, pageQuery } from './pages.ts';

const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const params = Type.Object({ reportId: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) });

const EventReport = Type.Object({
  id: Type.Integer(),
  /** Milliseconds since 1970. */
  received_ts: Type.Integer(),
  room_id: Type.String(),
  /** Of the room. */
  name: NullableText,
  canonical_alias: NullableText,
  event_id: Type.String(),
  /** Who reported it. */
  user_id: Type.String(),
  reason: Type.String(),
  score: Type.Union([Type.Integer(), Type.Null()]),
  /** Who sent what was reported. */
  sender: Type.String(),
});

/** Events that people reported, the newest first unless `dir` is `f`. What they say is not in the answer. */
export const listSynapseEventReports = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/event_reports',
  ...shared,
  query: Type.Object({
    ...pageQuery(500),
    user_id: Type.Optional(PlainText(255)),
    room_id: Type.Optional(PlainText(255)),
    event_sender_user_id: Type.Optional(PlainText(255)),
  }),
  response: Type.Object({
    event_reports: Type.Array(EventReport),
    ...pageAnswer,
  }),
});

/** One report; with the event where the administrator may read it, which is noted in the audit log. */
export const getSynapseEventReport = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/event_reports/:reportId',
  ...shared,
  params,
  query: Type.Object({
    /** Why somebody reads in a room, for the audit log. */
    reason: Type.Optional(PlainText(500)),
  }),
  response: Type.Object({ ...EventReport.properties, event_json: Type.Optional(JsonObject) }),
});

/** Removes a report; the event stays. */
export const removeSynapseEventReport = defineEndpoint({
  method: 'DELETE',
  path: '/_synapse/admin/v1/event_reports/:reportId',
  ...shared,
  params,
  response: Empty,
});
