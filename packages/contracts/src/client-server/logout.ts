import { defineEndpoint } from '../define-endpoint.ts';
import { Empty } from '../schemas.ts';

/** Ends this session and forgets its device. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout */
export const logout = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/logout',
  aliases: ['/_matrix/client/r0/logout'],
  auth: 'accessToken',
  rateLimit: 'none',
  guests: true,
  whileSuspended: true,
  whileLocked: true,
  response: Empty,
  errors: [],
});

/** Ends all sessions of the account. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall */
export const logout_all = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/logout/all',
  aliases: ['/_matrix/client/r0/logout/all'],
  auth: 'accessToken',
  rateLimit: 'none',
  guests: true,
  whileSuspended: true,
  whileLocked: true,
  response: Empty,
  errors: [],
});
