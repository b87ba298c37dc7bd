import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** What the server lets this account do. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities */
export const getCapabilities = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/capabilities',
  aliases: ['/_matrix/client/r0/capabilities'],
  auth: 'accessToken',
  rateLimit: 'read',
  whileSuspended: true,
  response: Type.Object({ capabilities: JsonObject }),
  errors: [],
});
