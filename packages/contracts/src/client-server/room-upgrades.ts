import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** Replaces a room by one of another version. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade */
export const upgradeRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/upgrade',
  aliases: ['/_matrix/client/r0/rooms/:roomId/upgrade'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({
    new_version: Type.String(),
    additional_creators: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
  }),
  response: Type.Object({ replacement_room: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_UNSUPPORTED_ROOM_VERSION', 'M_INVALID_PARAM'],
});
