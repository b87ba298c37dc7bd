import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject } from '../schemas.ts';

/** Changes the password. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword */
export const changePassword = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/account/password',
  aliases: ['/_matrix/client/r0/account/password'],
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({
    new_password: Type.String(),
    logout_devices: Type.Optional(Type.Boolean()),
    auth: Type.Optional(JsonObject),
  }),
  response: Empty,
  errors: ['M_WEAK_PASSWORD', 'M_FORBIDDEN'],
});
