import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const shared = { method: 'GET', auth: 'accessToken', guests: true } as const;

/**
 * Events since a token, waiting for them if need be; with `room_id` those of one room, which its readers may ask for
 * without being in it (`peekEvents`). Deprecated. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events
 */
export const getEvents = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/events',
  aliases: ['/_matrix/client/r0/events'],
  rateLimit: 'sync',
  query: Type.Object({
    from: Type.Optional(Type.String({ maxLength: 512 })),
    timeout: Type.Optional(Type.Integer({ minimum: 0 })),
    room_id: Type.Optional(Identifier),
  }),
  response: Type.Object({ start: Type.String(), end: Type.String(), chunk: Type.Array(JsonObject) }),
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN'],
});

/** All of a user's rooms. Deprecated. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3initialsync */
export const initialSync = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/initialSync',
  aliases: ['/_matrix/client/r0/initialSync'],
  rateLimit: 'sync',
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    archived: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({
    end: Type.String(),
    presence: Type.Array(JsonObject),
    rooms: Type.Array(JsonObject),
    account_data: Type.Array(JsonObject),
  }),
  errors: [],
});

/** One event, in whatever room. Deprecated. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3eventseventid */
export const getOneEvent = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/events/:eventId',
  aliases: ['/_matrix/client/r0/events/:eventId'],
  rateLimit: 'read',
  params: Type.Object({ eventId: Identifier }),
  response: JsonObject,
  errors: ['M_NOT_FOUND'],
});

/** A room as it stands, with its newest events. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidinitialsync */
export const roomInitialSync = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/rooms/:roomId/initialSync',
  aliases: ['/_matrix/client/r0/rooms/:roomId/initialSync'],
  rateLimit: 'read',
  params: Type.Object({ roomId: Identifier }),
  query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 0 })) }),
  response: JsonObject,
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
