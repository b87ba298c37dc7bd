import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Exchanges a refresh token. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh */
export const refresh = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/refresh',
  aliases: ['/_matrix/client/v1/refresh'],
  auth: 'none',
  // Everybody in an office, every few minutes, from one address; and a refresh token cannot be guessed.
  rateLimit: 'keys',
  body: Type.Object({ refresh_token: Type.String() }),
  response: Type.Object({
    access_token: Type.String(),
    refresh_token: Type.Optional(Type.String()),
    expires_in_ms: Type.Optional(Type.Integer()),
  }),
  errors: ['M_UNKNOWN_TOKEN'],
});
