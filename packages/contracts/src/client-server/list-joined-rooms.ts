import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** The rooms that the user is in. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms */
export const getJoinedRooms = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/joined_rooms',
  aliases: ['/_matrix/client/r0/joined_rooms'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({ joined_rooms: Type.Array(Type.String()) }),
  errors: [],
});
