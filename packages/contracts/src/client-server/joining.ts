import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const body = Type.Object({ reason: Type.Optional(Type.String()), third_party_signed: Type.Optional(JsonObject) });

/** Joins a room by its id. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidjoin */
export const joinRoomById = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/join',
  aliases: ['/_matrix/client/r0/rooms/:roomId/join'],
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  params: Type.Object({ roomId: Identifier }),
  body,
  bodyOptional: true,
  response: Type.Object({ room_id: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM', 'M_GUEST_ACCESS_FORBIDDEN', 'M_UNABLE_TO_AUTHORISE_JOIN'],
});

/** Joins a room by its id or one of its aliases. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias */
export const joinRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/join/:roomIdOrAlias',
  aliases: ['/_matrix/client/r0/join/:roomIdOrAlias'],
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  params: Type.Object({ roomIdOrAlias: Identifier }),
  query: Type.Object({
    via: Type.Optional(Type.Array(Type.String())),
    server_name: Type.Optional(Type.Array(Type.String())),
  }),
  body,
  bodyOptional: true,
  response: Type.Object({ room_id: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM', 'M_GUEST_ACCESS_FORBIDDEN', 'M_UNABLE_TO_AUTHORISE_JOIN'],
});
