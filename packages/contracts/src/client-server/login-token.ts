import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** A short-lived token with which another client of the same person logs in. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token */
export const generateLoginToken = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v1/login/get_token',
  auth: 'accessToken',
  rateLimit: 'login',
  // Whoever is suspended may log in, on further devices too.
  whileSuspended: true,
  body: Type.Object({ auth: Type.Optional(JsonObject) }),
  bodyOptional: true,
  response: Type.Object({ login_token: Type.String(), expires_in_ms: Type.Integer() }),
  errors: ['M_FORBIDDEN'],
});
