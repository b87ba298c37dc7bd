import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject, SendQuery, SentOrDelayed } from '../schemas.ts';

/** Sends a state event. Without the last path segment the state key is empty. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey */
export const setRoomStateWithKey = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  aliases: [
    '/_matrix/client/v3/rooms/:roomId/state/:eventType',
    '/_matrix/client/r0/rooms/:roomId/state/:eventType/:stateKey',
    '/_matrix/client/r0/rooms/:roomId/state/:eventType',
  ],
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params: Type.Object({
    roomId: Identifier,
    eventType: Type.String({ minLength: 1 }),
    stateKey: Type.Optional(Type.String()),
  }),
  query: SendQuery,
  body: JsonObject,
  response: SentOrDelayed,
  errors: [
    'M_FORBIDDEN',
    'M_BAD_JSON',
    'M_TOO_LARGE',
    'M_BAD_ALIAS',
    'M_INVALID_PARAM',
    'M_LIMIT_EXCEEDED',
    'M_UNKNOWN',
  ],
});
