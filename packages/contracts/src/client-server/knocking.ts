import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** Asks to be let into a room. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3knockroomidoralias */
export const knockRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/knock/:roomIdOrAlias',
  aliases: ['/_matrix/client/r0/knock/:roomIdOrAlias'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomIdOrAlias: Identifier }),
  query: Type.Object({
    via: Type.Optional(Type.Array(Type.String())),
    server_name: Type.Optional(Type.Array(Type.String())),
  }),
  body: Type.Object({ reason: Type.Optional(Type.String()) }),
  bodyOptional: true,
  response: Type.Object({ room_id: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});
