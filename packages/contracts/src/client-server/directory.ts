import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

const params = Type.Object({ roomAlias: Identifier });

/** Gives a room an alias. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias */
export const setRoomAlias = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  auth: 'accessToken',
  rateLimit: 'room',
  params,
  body: Type.Object({ room_id: Type.String() }),
  response: Empty,
  errors: ['M_UNKNOWN', 'M_ROOM_IN_USE', 'M_EXCLUSIVE', 'M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
});

/** The room that an alias names. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias */
export const getRoomIdByAlias = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  auth: 'optional',
  rateLimit: 'read',
  guests: true,
  params,
  response: Type.Object({ room_id: Type.String(), servers: Type.Array(Type.String()) }),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM', 'M_MISSING_TOKEN', 'M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT'],
});

/** Takes an alias away. https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias */
export const deleteRoomAlias = defineEndpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/directory/room/:roomAlias',
  aliases: ['/_matrix/client/r0/directory/room/:roomAlias'],
  auth: 'accessToken',
  rateLimit: 'room',
  params,
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** The aliases that this server has for a room. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases */
export const getLocalAliases = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/aliases',
  aliases: [
    '/_matrix/client/r0/rooms/:roomId/aliases',
    '/_matrix/client/unstable/org.matrix.msc2432/rooms/:roomId/aliases',
  ],
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier }),
  response: Type.Object({ aliases: Type.Array(Type.String()) }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
