import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** The rooms below a space, depth first. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy */
export const getSpaceHierarchy = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/hierarchy',
  aliases: ['/_matrix/client/unstable/org.matrix.msc2946/rooms/:roomId/hierarchy'],
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier }),
  query: Type.Object({
    suggested_only: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    max_depth: Type.Optional(Type.Integer({ minimum: 0 })),
    from: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  response: Type.Object({ rooms: Type.Array(JsonObject), next_batch: Type.Optional(Type.String()) }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
