import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Relays for calls; empty when there are none. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3voipturnserver */
export const getTurnServer = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/voip/turnServer',
  aliases: ['/_matrix/client/r0/voip/turnServer'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: JsonObject,
  errors: [],
});
