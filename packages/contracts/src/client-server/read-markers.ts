import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/** Moves the fully-read marker and receipts in one request. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers */
export const setReadMarker = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/read_markers',
  aliases: ['/_matrix/client/r0/rooms/:roomId/read_markers'],
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  whileSuspended: true,
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({
    'm.fully_read': Type.Optional(Identifier),
    'm.read': Type.Optional(Identifier),
    'm.read.private': Type.Optional(Identifier),
  }),
  response: Empty,
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN', 'M_NOT_FOUND'],
});
