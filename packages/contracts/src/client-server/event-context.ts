import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** An event with what came before and after it. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid */
export const getEventContext = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/context/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/context/:eventId'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    filter: Type.Optional(Type.String({ maxLength: 65536 })),
  }),
  response: Type.Object({
    event: JsonObject,
    events_before: Type.Array(JsonObject),
    events_after: Type.Array(JsonObject),
    start: Type.String(),
    end: Type.String(),
    state: Type.Array(JsonObject),
  }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM', 'M_BAD_JSON'],
});
