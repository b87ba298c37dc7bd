import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** What can be known of a room before coming into it. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias */
export const getRoomSummary = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/room_summary/:roomIdOrAlias',
  aliases: [
    '/_matrix/client/unstable/im.nheko.summary/rooms/:roomIdOrAlias/summary',
    '/_matrix/client/unstable/im.nheko.summary/summary/:roomIdOrAlias',
  ],
  auth: 'optional',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ roomIdOrAlias: Identifier }),
  query: Type.Object({ via: Type.Optional(Type.Array(Type.String())) }),
  response: JsonObject,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
