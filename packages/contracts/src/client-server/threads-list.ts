import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** The threads of a room, the latest active first. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidthreads */
export const getThreadRoots = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/threads',
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier }),
  query: Type.Object({
    include: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('participated')])),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    from: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  response: Type.Object({ chunk: Type.Array(JsonObject), next_batch: Type.Optional(Type.String()) }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
