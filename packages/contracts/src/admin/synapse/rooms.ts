import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, NullableText, PlainText } from '../../schemas.ts';
import { pageQuery } from './pages.ts';

const params = Type.Object({ roomId: Identifier });
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;

const Room = Type.Object({
  room_id: Type.String(),
  name: NullableText,
  canonical_alias: NullableText,
  joined_members: Type.Integer(),
  joined_local_members: Type.Integer(),
  version: Type.String(),
  creator: Type.String(),
  encryption: NullableText,
  federatable: Type.Boolean(),
  public: Type.Boolean(),
  join_rules: NullableText,
  guest_access: NullableText,
  history_visibility: NullableText,
  state_events: Type.Integer(),
  room_type: NullableText,
});

/** Every room, in pages. */
export const listSynapseRooms = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/rooms',
  ...shared,
  query: Type.Object({
    ...pageQuery(500),
    order_by: Type.Optional(
      Type.Enum([
        /** Older words for name and joined_members. */
        'alphabetical',
        'size',
        'name',
        'canonical_alias',
        'joined_members',
        'joined_local_members',
        'version',
        'creator',
        'encryption',
        'federatable',
        'public',
        'join_rules',
        'guest_access',
        'history_visibility',
        'state_events',
      ]),
    ),
    /** Part of the name, of the main alias before its colon, or, in this very case, of the room's id. */
    search_term: Type.Optional(PlainText(255)),
    /** Only rooms that are in the server's list, or only the others. */
    public_rooms: Type.Optional(Type.Boolean()),
    /** Only rooms that nobody is in, or only the others. */
    empty_rooms: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({
    rooms: Type.Array(Room),
    offset: Type.Integer(),
    total_rooms: Type.Integer(),
    next_batch: Type.Optional(Type.Integer()),
    prev_batch: Type.Optional(Type.Integer()),
  }),
});

/** One room. */
export const getSynapseRoom = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/rooms/:roomId',
  ...shared,
  params,
  response: Type.Object({
    ...Room.properties,
    avatar: NullableText,
    topic: NullableText,
    joined_local_devices: Type.Integer(),
    /** Whether nobody of this server is in the room or has kept it. */
    forgotten: Type.Boolean(),
    tombstoned: Type.Boolean(),
    replacement_room: NullableText,
  }),
});

/** Who is in a room. */
export const listSynapseRoomMembers = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/rooms/:roomId/members',
  ...shared,
  params,
  response: Type.Object({ members: Type.Array(Type.String()), total: Type.Integer() }),
});

const block = { ...shared, path: '/_synapse/admin/v1/rooms/:roomId/block', params } as const;

/** Whether a room is closed to this server's people. */
export const getSynapseRoomBlock = defineEndpoint({
  method: 'GET',
  ...block,
  response: Type.Object({ block: Type.Boolean(), user_id: Type.Optional(Type.String()) }),
});

/** Lets nobody of this server come into a room any more, or lets them again. */
export const setSynapseRoomBlock = defineEndpoint({
  method: 'PUT',
  ...block,
  body: Type.Object({ block: Type.Boolean() }),
  response: Type.Object({ block: Type.Boolean() }),
});
