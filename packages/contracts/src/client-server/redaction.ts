import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** Takes the content of an event away. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid */
export const redactEvent = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/rooms/:roomId/redact/:eventId/:txnId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/redact/:eventId/:txnId'],
  auth: 'accessToken',
  rateLimit: 'message',
  whileSuspended: true,
  params: Type.Object({
    roomId: Identifier,
    eventId: Identifier,
    txnId: Type.String({ minLength: 1, maxLength: 255 }),
  }),
  body: Type.Object({ reason: Type.Optional(Type.String()) }),
  bodyOptional: true,
  response: Type.Object({ event_id: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});
