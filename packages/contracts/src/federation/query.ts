import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** The profile of somebody of this server. https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryprofile */
export const queryProfile = defineEndpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/query/profile',
  auth: 'serverSignature',
  rateLimit: 'federation',
  query: Type.Object({ user_id: Identifier, field: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })) }),
  response: JsonObject,
  errors: ['M_UNAUTHORIZED', 'M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** The room that an alias of this server names. https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1querydirectory */
export const queryRoomDirectory = defineEndpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/query/directory',
  auth: 'serverSignature',
  rateLimit: 'federation',
  query: Type.Object({ room_alias: Identifier }),
  response: Type.Object({ room_id: Type.String(), servers: Type.Array(Type.String()) }),
  errors: ['M_UNAUTHORIZED', 'M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});
