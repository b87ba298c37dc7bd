import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, JsonObject, PlainText } from '../../schemas.ts';

const params = Type.Object({ roomId: Identifier });
const shared = {
  method: 'GET',
  auth: 'admin',
  rateLimit: 'read',
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
} as const;
const path = '/_synapse/admin/v1/rooms/:roomId';

/** Why somebody reads in a room, for the audit log. Tools for other servers do not know it. */
const reason = { reason: Type.Optional(PlainText(500)) };
const Direction = Type.Optional(Type.Union([Type.Literal('b'), Type.Literal('f')]));
const Events = Type.Array(JsonObject);

/** The state of a room: all of it, or one type. */
export const getSynapseRoomState = defineEndpoint({
  ...shared,
  path: `${path}/state`,
  params,
  query: Type.Object({ type: Type.Optional(Type.String({ maxLength: 255 })), ...reason }),
  response: Type.Object({ state: Events }),
});

/** A page of a room's history, forwards unless told otherwise. */
export const listSynapseRoomMessages = defineEndpoint({
  ...shared,
  path: `${path}/messages`,
  params,
  query: Type.Object({
    from: Type.Optional(Type.String({ maxLength: 512 })),
    to: Type.Optional(Type.String({ maxLength: 512 })),
    dir: Direction,
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    filter: Type.Optional(Type.String({ maxLength: 65536 })),
    ...reason,
  }),
  response: Type.Object({
    chunk: Events,
    start: Type.String(),
    end: Type.Optional(Type.String()),
    state: Type.Optional(Events),
  }),
  errors: [...shared.errors, 'M_BAD_JSON'],
});

/** An event with what came before and after it. */
export const getSynapseEventContext = defineEndpoint({
  ...shared,
  path: `${path}/context/:eventId`,
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    filter: Type.Optional(Type.String({ maxLength: 65536 })),
    ...reason,
  }),
  response: Type.Object({
    event: JsonObject,
    events_before: Events,
    events_after: Events,
    start: Type.String(),
    end: Type.String(),
    state: Events,
  }),
  errors: [...shared.errors, 'M_BAD_JSON'],
});

/** The event closest to a time, in milliseconds; at or after it unless `dir` is `b`. */
export const getSynapseEventByTimestamp = defineEndpoint({
  ...shared,
  path: `${path}/timestamp_to_event`,
  params,
  query: Type.Object({ ts: Type.Integer(), dir: Direction, ...reason }),
  response: Type.Object({ event_id: Type.String(), origin_server_ts: Type.Integer() }),
});

/** An event of any room as it is signed, with its id. */
export const fetchSynapseEvent = defineEndpoint({
  ...shared,
  path: '/_synapse/admin/v1/fetch_event/:eventId',
  params: Type.Object({ eventId: Identifier }),
  query: Type.Object(reason),
  response: Type.Object({ event: JsonObject }),
});

/** The rooms below a space, depth first, whoever may come into them: what the list of rooms tells, and no messages. */
export const getSynapseHierarchy = defineEndpoint({
  ...shared,
  path: `${path}/hierarchy`,
  params,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    max_depth: Type.Optional(Type.Integer({ minimum: 0 })),
    from: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  response: Type.Object({ rooms: Type.Array(JsonObject), next_batch: Type.Optional(Type.String()) }),
});
