import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** A token that proves to a third party who somebody is. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridopenidrequest_token */
export const requestOpenIdToken = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/user/:userId/openid/request_token',
  aliases: ['/_matrix/client/r0/user/:userId/openid/request_token'],
  auth: 'accessToken',
  rateLimit: 'login',
  params: Type.Object({ userId: Identifier }),
  body: Type.Object({}),
  bodyOptional: true,
  response: Type.Object({
    access_token: Type.String(),
    expires_in: Type.Integer(),
    matrix_server_name: Type.String(),
    token_type: Type.String(),
  }),
  errors: ['M_FORBIDDEN'],
});
