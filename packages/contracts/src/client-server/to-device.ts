import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject, ShortText } from '../schemas.ts';

/** Sends messages to devices, outside of any room. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid */
export const sendToDevice = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/sendToDevice/:eventType/:txnId',
  aliases: ['/_matrix/client/r0/sendToDevice/:eventType/:txnId'],
  auth: 'accessToken',
  rateLimit: 'keys',
  guests: true,
  whileSuspended: true,
  params: Type.Object({ eventType: ShortText, txnId: ShortText }),
  body: Type.Object({ messages: Type.Record(Type.String(), Type.Record(Type.String(), JsonObject)) }),
  maxBodyBytes: 8 * 1024 * 1024,
  response: Empty,
  errors: ['M_INVALID_PARAM', 'M_TOO_LARGE'],
});
