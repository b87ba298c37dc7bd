import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

const body = Type.Object({ user_id: Type.String(), reason: Type.Optional(Type.String()) });

/** Removes a user from a room and keeps them out. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidban */
export const ban = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/ban',
  aliases: ['/_matrix/client/r0/rooms/:roomId/ban'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomId: Identifier }),
  body,
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** Lifts a ban; the user may then be invited or join again. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidunban */
export const unban = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/unban',
  aliases: ['/_matrix/client/r0/rooms/:roomId/unban'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomId: Identifier }),
  body,
  response: Empty,
  errors: ['M_BAD_STATE', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});
