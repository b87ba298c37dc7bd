import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, PlainText } from '../schemas.ts';

const shared = {
  method: 'POST',
  auth: 'accessToken',
  rateLimit: 'report',
  response: Empty,
  errors: ['M_NOT_FOUND'],
} as const;
const Reason = PlainText(2000);

/** Reports a room to the administrators. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreport */
export const reportRoom = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/rooms/:roomId/report',
  aliases: ['/_matrix/client/unstable/org.matrix.msc4151/rooms/:roomId/report'],
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({ reason: Reason }),
});

/** Reports an event of a room that one is in. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreporteventid */
export const reportEvent = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/rooms/:roomId/report/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/report/:eventId'],
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
  body: Type.Object({
    reason: Type.Optional(Reason),
    // Gone since v1.18; older clients send it.
    score: Type.Optional(Type.Integer({ minimum: -100, maximum: 0 })),
  }),
});

/** Reports a person. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3usersuseridreport */
export const reportUser = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/users/:userId/report',
  aliases: ['/_matrix/client/unstable/org.matrix.msc4260/users/:userId/report'],
  params: Type.Object({ userId: Identifier }),
  body: Type.Object({ reason: Reason }),
});
