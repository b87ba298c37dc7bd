import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/** Leaves a room, or declines an invitation. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave */
export const leaveRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/leave',
  aliases: ['/_matrix/client/r0/rooms/:roomId/leave'],
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  whileSuspended: true,
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({ reason: Type.Optional(Type.String()) }),
  bodyOptional: true,
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** Takes a room that was left off the user's lists. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget */
export const forgetRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/forget',
  aliases: ['/_matrix/client/r0/rooms/:roomId/forget'],
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  params: Type.Object({ roomId: Identifier }),
  bodyOptional: true,
  response: Empty,
  errors: ['M_UNKNOWN', 'M_INVALID_PARAM'],
});
