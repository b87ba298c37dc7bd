import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Whose OpenID token this is; anybody who holds one may ask. https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1openiduserinfo */
export const exchangeOpenIdToken = defineEndpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/openid/userinfo',
  auth: 'none',
  rateLimit: 'login',
  query: Type.Object({ access_token: Type.Optional(Type.String({ maxLength: 255 })) }),
  response: Type.Object({ sub: Type.String() }),
  errors: ['M_MISSING_TOKEN', 'M_UNKNOWN_TOKEN'],
});
