import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Mail addresses and phone numbers of the account. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid */
export const getAccount3PIDs = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/account/3pid',
  aliases: ['/_matrix/client/r0/account/3pid'],
  auth: 'accessToken',
  rateLimit: 'read',
  whileSuspended: true,
  response: Type.Object({ threepids: Type.Array(JsonObject) }),
  errors: [],
});
