import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** The keys that this server signs with. https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server */
export const getServerKey = defineEndpoint({
  method: 'GET',
  path: '/_matrix/key/v2/server',
  auth: 'none',
  rateLimit: 'read',
  response: JsonObject,
  errors: [],
});
