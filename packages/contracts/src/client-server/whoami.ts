import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Whose token this is. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami */
export const getTokenOwner = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/account/whoami',
  aliases: ['/_matrix/client/r0/account/whoami'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({ user_id: Type.String(), device_id: Type.Optional(Type.String()), is_guest: Type.Boolean() }),
  errors: [],
});
