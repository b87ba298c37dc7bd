import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Ends the account for good. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate */
export const deactivateAccount = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/account/deactivate',
  aliases: ['/_matrix/client/r0/account/deactivate'],
  auth: 'accessToken',
  rateLimit: 'login',
  whileSuspended: true,
  body: Type.Object({
    auth: Type.Optional(JsonObject),
    id_server: Type.Optional(Type.String()),
    erase: Type.Optional(Type.Boolean()),
  }),
  bodyOptional: true,
  response: Type.Object({ id_server_unbind_result: Type.Union([Type.Literal('success'), Type.Literal('no-support')]) }),
  errors: ['M_FORBIDDEN'],
});
