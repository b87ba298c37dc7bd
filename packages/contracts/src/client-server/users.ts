import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Finds people by their names. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch */
export const searchUserDirectory = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/user_directory/search',
  aliases: ['/_matrix/client/r0/user_directory/search'],
  auth: 'accessToken',
  rateLimit: 'search',
  whileSuspended: true,
  body: Type.Object({
    search_term: Type.String({ maxLength: 1024 }),
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  response: Type.Object({
    limited: Type.Boolean(),
    results: Type.Array(
      Type.Object({
        user_id: Type.String(),
        display_name: Type.Optional(Type.String()),
        avatar_url: Type.Optional(Type.String()),
      }),
    ),
  }),
  errors: [],
});
