import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Delayed, Empty, Identifier, JsonObject, ShortText } from '../schemas.ts';

/**
 * Events that the server sends later unless somebody stops it: how a call notices that a participant has gone. MSC4140:
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4140
 */
const PREFIX = '/_matrix/client/unstable/org.matrix.msc4140';

const DelayedEvent = Type.Object({
  delay_id: Type.String(),
  room_id: Type.String(),
  type: Type.String(),
  state_key: Type.Optional(Type.String()),
  content: JsonObject,
  delay_ms: Type.Integer(),
  scheduled_at: Type.Integer(),
  /** Earlier names of the two above, which clients read. */
  delay: Type.Integer(),
  running_since: Type.Integer(),
  finalised_ts: Type.Optional(Type.Integer()),
  event_id: Type.Optional(Type.String()),
  error: Type.Optional(JsonObject),
});

const DelayIdParams = Type.Object({ delayId: Identifier });

export const scheduleDelayedEvent = defineEndpoint({
  method: 'PUT',
  path: `${PREFIX}/rooms/:roomId/delayed_event/:eventType/:txnId`,
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params: Type.Object({ roomId: Identifier, eventType: ShortText, txnId: ShortText }),
  query: Type.Object({ ts: Type.Optional(Type.Integer({ minimum: 0 })) }),
  body: Type.Object({
    delay_ms: Type.Integer({ minimum: 1 }),
    state_key: Type.Optional(Type.String()),
    content: JsonObject,
  }),
  response: Delayed,
  errors: ['M_UNKNOWN', 'M_FORBIDDEN', 'M_BAD_JSON', 'M_TOO_LARGE', 'M_INVALID_PARAM', 'M_LIMIT_EXCEEDED'],
});

export const getDelayedEvents = defineEndpoint({
  method: 'GET',
  path: `${PREFIX}/delayed_events`,
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({ delayed_events: Type.Array(DelayedEvent) }),
  errors: [],
});

export const getDelayedEvent = defineEndpoint({
  method: 'GET',
  path: `${PREFIX}/delayed_events/:delayId`,
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: DelayIdParams,
  response: DelayedEvent,
  errors: ['M_NOT_FOUND'],
});

/**
 * The id of a delayed event is what proves the right to manage it, so that a call's media server can do it for a
 * participant; with a token it must be the sender's.
 */
const manage = {
  method: 'POST',
  auth: 'optional',
  rateLimit: 'message',
  guests: true,
  params: DelayIdParams,
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_UNKNOWN', 'M_FORBIDDEN'],
} as const;

export const cancelDelayedEvent = defineEndpoint({ ...manage, path: `${PREFIX}/delayed_events/:delayId/cancel` });
export const restartDelayedEvent = defineEndpoint({ ...manage, path: `${PREFIX}/delayed_events/:delayId/restart` });
export const sendDelayedEvent = defineEndpoint({ ...manage, path: `${PREFIX}/delayed_events/:delayId/send` });

/** The three above in one, as older clients ask. */
export const updateDelayedEvent = defineEndpoint({
  ...manage,
  path: `${PREFIX}/delayed_events/:delayId`,
  body: Type.Object({ action: Type.Enum(['cancel', 'restart', 'send']) }),
});
