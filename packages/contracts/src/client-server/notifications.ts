import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Events that the user was notified of, newest first. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3notifications */
export const getNotifications = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/notifications',
  aliases: ['/_matrix/client/r0/notifications'],
  auth: 'accessToken',
  rateLimit: 'read',
  query: Type.Object({
    from: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    only: Type.Optional(Type.String()),
  }),
  response: Type.Object({
    next_token: Type.Optional(Type.String()),
    notifications: Type.Array(
      Type.Object({
        actions: Type.Array(Type.Union([Type.String(), JsonObject])),
        event: JsonObject,
        read: Type.Boolean(),
        room_id: Type.String(),
        ts: Type.Integer(),
      }),
    ),
  }),
  errors: ['M_INVALID_PARAM'],
});
