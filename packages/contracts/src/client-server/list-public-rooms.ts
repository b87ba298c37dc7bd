import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, JsonObject, PlainText } from '../schemas.ts';

const Visibility = Type.Union([Type.Literal('public'), Type.Literal('private')]);

const response = Type.Object({
  chunk: Type.Array(JsonObject),
  next_batch: Type.Optional(Type.String()),
  prev_batch: Type.Optional(Type.String()),
  total_room_count_estimate: Type.Integer(),
});

/** Whether the room directory lists a room. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directorylistroomroomid */
export const getRoomVisibilityOnDirectory = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/directory/list/room/:roomId',
  aliases: ['/_matrix/client/r0/directory/list/room/:roomId'],
  auth: 'optional',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ roomId: Identifier }),
  response: Type.Object({ visibility: Visibility }),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/** Lists a room in the directory, or no longer. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistroomroomid */
export const setRoomVisibilityOnDirectory = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/directory/list/room/:roomId',
  aliases: ['/_matrix/client/r0/directory/list/room/:roomId'],
  auth: 'accessToken',
  rateLimit: 'room',
  params: Type.Object({ roomId: Identifier }),
  body: Type.Object({ visibility: Type.Optional(Visibility) }),
  bodyOptional: true,
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/** The public rooms of this server. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms */
export const getPublicRooms = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/publicRooms',
  aliases: ['/_matrix/client/r0/publicRooms'],
  auth: 'optional',
  rateLimit: 'search',
  guests: true,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    since: Type.Optional(Type.String({ maxLength: 512 })),
    server: Type.Optional(Type.String()),
  }),
  response,
  errors: ['M_MISSING_TOKEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
});

/** As {@link getPublicRooms}, with a filter. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3publicrooms */
export const queryPublicRooms = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/publicRooms',
  aliases: ['/_matrix/client/r0/publicRooms'],
  auth: 'accessToken',
  rateLimit: 'search',
  guests: true,
  query: Type.Object({ server: Type.Optional(Type.String()) }),
  body: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
    since: Type.Optional(Type.Union([Type.String({ maxLength: 512 }), Type.Null()])),
    filter: Type.Optional(
      Type.Object({
        generic_search_term: Type.Optional(Type.Union([Type.String({ maxLength: 255 }), Type.Null()])),
        room_types: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.Union([Type.String(), Type.Null()]))])),
      }),
    ),
    include_all_networks: Type.Optional(Type.Boolean()),
    third_party_instance_id: Type.Optional(Type.Union([PlainText(1024), Type.Null()])),
  }),
  bodyOptional: true,
  response,
  errors: ['M_INVALID_PARAM', 'M_NOT_FOUND'],
});
