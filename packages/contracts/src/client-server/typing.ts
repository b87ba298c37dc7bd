import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/** Says that the caller types, or stopped. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid */
export const setTyping = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/typing/:userId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/typing/:userId'],
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params: Type.Object({ roomId: Identifier, userId: Identifier }),
  body: Type.Object({ typing: Type.Boolean(), timeout: Type.Optional(Type.Integer({ minimum: 0 })) }),
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
