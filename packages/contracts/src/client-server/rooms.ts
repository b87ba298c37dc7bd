import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const room = Type.Object({ roomId: Identifier });
const Membership = Type.Enum(['ban', 'invite', 'join', 'knock', 'leave']);

/** One event of a room. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid */
export const getOneRoomEvent = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/event/:eventId',
  aliases: ['/_matrix/client/r0/rooms/:roomId/event/:eventId'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
  response: JsonObject,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** One piece of a room's state: its content, or with `format=event` the event. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey */
export const getRoomStateWithKey = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
  aliases: [
    '/_matrix/client/v3/rooms/:roomId/state/:eventType',
    '/_matrix/client/r0/rooms/:roomId/state/:eventType/:stateKey',
    '/_matrix/client/r0/rooms/:roomId/state/:eventType',
  ],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({
    roomId: Identifier,
    eventType: Type.String({ minLength: 1 }),
    stateKey: Type.Optional(Type.String()),
  }),
  query: Type.Object({ format: Type.Optional(Type.Union([Type.Literal('content'), Type.Literal('event')])) }),
  response: JsonObject,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** The whole state of a room. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate */
export const getRoomState = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/state',
  aliases: ['/_matrix/client/r0/rooms/:roomId/state'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: room,
  response: Type.Array(JsonObject),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** The member events of a room. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers */
export const getMembersByRoom = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/members',
  aliases: ['/_matrix/client/r0/rooms/:roomId/members'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: room,
  query: Type.Object({
    at: Type.Optional(Type.String({ maxLength: 512 })),
    membership: Type.Optional(Membership),
    not_membership: Type.Optional(Membership),
  }),
  response: Type.Object({ chunk: Type.Array(JsonObject) }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** Who is in a room, with names and pictures. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members */
export const getJoinedMembersByRoom = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/rooms/:roomId/joined_members',
  aliases: ['/_matrix/client/r0/rooms/:roomId/joined_members'],
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: room,
  response: Type.Object({
    joined: Type.Record(
      Type.String(),
      Type.Object({
        display_name: Type.Union([Type.String(), Type.Null()]),
        avatar_url: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
