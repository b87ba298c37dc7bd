import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Networks that bridges connect; none so far. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols */
export const getProtocols = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/thirdparty/protocols',
  aliases: ['/_matrix/client/r0/thirdparty/protocols'],
  auth: 'accessToken',
  rateLimit: 'read',
  response: JsonObject,
  errors: [],
});
