import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../schemas.ts';

const DataType = Type.String({ minLength: 1, maxLength: 255 });
const shared = { auth: 'accessToken', rateLimit: 'read', guests: true, whileSuspended: true } as const;
const errors = ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND', 'M_BAD_JSON', 'M_TOO_LARGE'] as const;
const MAX_BODY_BYTES = 512 * 1024;

const ofUser = {
  path: '/_matrix/client/v3/user/:userId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/account_data/:type'],
  params: Type.Object({ userId: Identifier, type: DataType }),
} as const;
const ofRoom = {
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/account_data/:type'],
  params: Type.Object({ userId: Identifier, roomId: Identifier, type: DataType }),
} as const;

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype */
export const getAccountData = defineEndpoint({ method: 'GET', ...ofUser, ...shared, response: JsonObject, errors });

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype */
export const setAccountData = defineEndpoint({
  method: 'PUT',
  ...ofUser,
  ...shared,
  maxBodyBytes: MAX_BODY_BYTES,
  body: JsonObject,
  response: Empty,
  errors,
});

/** Not in the specification yet. https://github.com/matrix-org/matrix-spec-proposals/pull/3391 */
export const deleteAccountData = defineEndpoint({
  method: 'DELETE',
  ...shared,
  path: '/_matrix/client/unstable/org.matrix.msc3391/user/:userId/account_data/:type',
  params: ofUser.params,
  response: Empty,
  errors,
});

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype */
export const getAccountDataPerRoom = defineEndpoint({
  method: 'GET',
  ...ofRoom,
  ...shared,
  response: JsonObject,
  errors,
});

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype */
export const setAccountDataPerRoom = defineEndpoint({
  method: 'PUT',
  ...ofRoom,
  ...shared,
  maxBodyBytes: MAX_BODY_BYTES,
  body: JsonObject,
  response: Empty,
  errors,
});

/** Not in the specification yet. https://github.com/matrix-org/matrix-spec-proposals/pull/3391 */
export const deleteAccountDataPerRoom = defineEndpoint({
  method: 'DELETE',
  ...shared,
  path: '/_matrix/client/unstable/org.matrix.msc3391/user/:userId/rooms/:roomId/account_data/:type',
  params: ofRoom.params,
  response: Empty,
  errors,
});
