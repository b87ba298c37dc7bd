import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../schemas.ts';

const field = {
  path: '/_matrix/client/v3/profile/:userId/:keyName',
  aliases: [
    '/_matrix/client/r0/profile/:userId/:keyName',
    '/_matrix/client/unstable/uk.tcpip.msc4133/profile/:userId/:keyName',
  ],
  params: Type.Object({ userId: Identifier, keyName: Type.String({ minLength: 1, maxLength: 2048 }) }),
} as const;

/** All fields of somebody's profile. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid */
export const getUserProfile = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/profile/:userId',
  aliases: ['/_matrix/client/r0/profile/:userId'],
  auth: 'optional',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ userId: Identifier }),
  response: JsonObject,
  errors: ['M_NOT_FOUND', 'M_MISSING_TOKEN', 'M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT'],
});

/** One field of somebody's profile. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuseridkeyname */
export const getProfileField = defineEndpoint({
  method: 'GET',
  ...field,
  auth: 'optional',
  rateLimit: 'read',
  guests: true,
  response: JsonObject,
  errors: ['M_NOT_FOUND', 'M_MISSING_TOKEN', 'M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT'],
});

/** Sets a field of one's own profile. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname */
export const setProfileField = defineEndpoint({
  method: 'PUT',
  ...field,
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  maxBodyBytes: 128 * 1024,
  body: JsonObject,
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_MISSING_PARAM', 'M_INVALID_PARAM', 'M_KEY_TOO_LARGE', 'M_PROFILE_TOO_LARGE'],
});

/** Removes a field of one's own profile. https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname */
export const deleteProfileField = defineEndpoint({
  method: 'DELETE',
  ...field,
  auth: 'accessToken',
  rateLimit: 'room',
  guests: true,
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_KEY_TOO_LARGE'],
});
