import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** A page of a room's history. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages */
export const getRoomEvents = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/messages',
  aliases: ['/_matrix/client/r0/rooms/:roomId/messages'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ roomId: Identifier }),
  query: Type.Object({
    from: Type.Optional(Type.String({ maxLength: 512 })),
    to: Type.Optional(Type.String({ maxLength: 512 })),
    /** Required; but who may not read the room is told that first. */
    dir: Type.Optional(Type.Union([Type.Literal('b'), Type.Literal('f')])),
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    filter: Type.Optional(Type.String({ maxLength: 65536 })),
  }),
  response: Type.Object({
    chunk: Type.Array(JsonObject),
    start: Type.String(),
    end: Type.Optional(Type.String()),
    state: Type.Optional(Type.Array(JsonObject)),
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_MISSING_PARAM', 'M_BAD_JSON'],
});
