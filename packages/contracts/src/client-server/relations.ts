import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject, PlainText } from '../schemas.ts';

const query = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 512 })),
  to: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
  dir: Type.Optional(Type.Union([Type.Literal('b'), Type.Literal('f')])),
  recurse: Type.Optional(Type.Boolean()),
  // From before it had a version.
  'org.matrix.msc3981.recurse': Type.Optional(Type.Boolean()),
});

const response = Type.Object({
  chunk: Type.Array(JsonObject),
  next_batch: Type.Optional(Type.String()),
  prev_batch: Type.Optional(Type.String()),
  recursion_depth: Type.Optional(Type.Integer()),
});

/** Events that relate to one. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventid */
export const getRelatingEvents = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId',
  aliases: ['/_matrix/client/unstable/rooms/:roomId/relations/:eventId'],
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
  query,
  response,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** As {@link getRelatingEvents}, of one relation. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype */
export const getRelatingEventsWithRelType = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType',
  aliases: ['/_matrix/client/unstable/rooms/:roomId/relations/:eventId/:relType'],
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier, eventId: Identifier, relType: PlainText(255) }),
  query,
  response,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** As {@link getRelatingEvents}, of one relation and event type. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype */
export const getRelatingEventsWithRelTypeAndEventType = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType/:eventType',
  aliases: ['/_matrix/client/unstable/rooms/:roomId/relations/:eventId/:relType/:eventType'],
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier, eventId: Identifier, relType: PlainText(255), eventType: PlainText(255) }),
  query,
  response,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});
