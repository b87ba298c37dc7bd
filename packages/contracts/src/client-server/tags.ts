import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../schemas.ts';

const shared = { auth: 'accessToken', rateLimit: 'read', whileSuspended: true } as const;
const tag = {
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/tags/:tag'],
  params: Type.Object({ userId: Identifier, roomId: Identifier, tag: Type.String({ minLength: 1, maxLength: 1020 }) }),
} as const;
const errors = ['M_FORBIDDEN', 'M_INVALID_PARAM'] as const;

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidtags */
export const getRoomTags = defineEndpoint({
  method: 'GET',
  ...shared,
  path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags',
  aliases: ['/_matrix/client/r0/user/:userId/rooms/:roomId/tags'],
  params: Type.Object({ userId: Identifier, roomId: Identifier }),
  response: Type.Object({ tags: JsonObject }),
  errors,
});

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag */
export const setRoomTag = defineEndpoint({
  method: 'PUT',
  ...shared,
  ...tag,
  body: JsonObject,
  bodyOptional: true,
  response: Empty,
  errors,
});

/** https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag */
export const deleteRoomTag = defineEndpoint({ method: 'DELETE', ...shared, ...tag, response: Empty, errors });
