import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/**
 * Invites a user: by their id, or (`inviteBy3PID`) by what an identity server knows of them.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite
 */
export const inviteUser = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/invite',
  aliases: ['/_matrix/client/r0/rooms/:roomId/invite'],
  auth: 'accessToken',
  rateLimit: 'invite',
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({
    user_id: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    id_server: Type.Optional(Type.String()),
    id_access_token: Type.Optional(Type.String()),
    medium: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
  }),
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_INVITE_BLOCKED', 'M_MISSING_PARAM', 'M_SERVER_NOT_TRUSTED'],
});
