import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/** Removes a user from a room. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidkick */
export const kick = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/kick',
  aliases: ['/_matrix/client/r0/rooms/:roomId/kick'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({ user_id: Type.String(), reason: Type.Optional(Type.String()) }),
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
