import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** The event closest to a time. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event */
export const getEventByTimestamp = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/rooms/:roomId/timestamp_to_event',
  auth: 'accessToken',
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier }),
  query: Type.Object({ ts: Type.Integer(), dir: Type.Union([Type.Literal('b'), Type.Literal('f')]) }),
  response: Type.Object({ event_id: Type.String(), origin_server_ts: Type.Integer() }),
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});
