import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/**
 * Moves a read receipt or the fully-read marker. `thread_id` is checked by the handler, whose refusal has to be
 * M_INVALID_PARAM. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid
 */
export const postReceipt = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/rooms/:roomId/receipt/:receiptType/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/receipt/:receiptType/:eventId'],
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  whileSuspended: true,
  params: Type.Object({ roomId: Identifier, receiptType: Type.String(), eventId: Identifier }),
  body: Type.Object({ thread_id: Type.Optional(Type.Unknown()) }),
  bodyOptional: true,
  response: Empty,
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN', 'M_NOT_FOUND'],
});
