import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject, SendQuery, SentOrDelayed } from '../schemas.ts';

/** Sends a message event; repeated with the same `txnId` by the same device it returns the first one's id. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid */
export const sendMessage = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/send/:eventType/:txnId'],
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params: Type.Object({
    roomId: Identifier,
    eventType: Type.String({ minLength: 1 }),
    txnId: Type.String({ minLength: 1, maxLength: 255 }),
  }),
  query: SendQuery,
  body: JsonObject,
  // A repetition is answered by its transaction id, whatever it brings.
  bodyOptional: true,
  response: SentOrDelayed,
  errors: [
    'M_FORBIDDEN',
    'M_BAD_JSON',
    'M_TOO_LARGE',
    'M_DUPLICATE_ANNOTATION',
    'M_INVALID_PARAM',
    'M_LIMIT_EXCEEDED',
    'M_UNKNOWN',
  ],
});
