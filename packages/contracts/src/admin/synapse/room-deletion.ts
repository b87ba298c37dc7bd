import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, PlainText, ShortText } from '../../schemas.ts';

const params = Type.Object({ roomId: Identifier });
const shared = {
  auth: 'admin',
  rateLimit: 'room',
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND', 'M_BAD_STATE'],
} as const;

const body = Type.Object({
  /** Somebody of this server, who then makes a room that the members are moved to. */
  new_room_user_id: Type.Optional(Identifier),
  room_name: Type.Optional(PlainText(255)),
  message: Type.Optional(PlainText(10_000)),
  /** Lets nobody of this server in again. */
  block: Type.Optional(Type.Boolean()),
  /** Deletes everything of the room; true when absent. */
  purge: Type.Optional(Type.Boolean()),
  /** Even when somebody could not be removed. */
  force_purge: Type.Optional(Type.Boolean()),
});

const Shutdown = Type.Object({
  kicked_users: Type.Array(Type.String()),
  failed_to_kick_users: Type.Array(Type.String()),
  /** Aliases that led to the room, and lead to the new one or nowhere now. */
  local_aliases: Type.Array(Type.String()),
  new_room_id: Type.Union([Type.String(), Type.Null()]),
});

/**
 * Removes this server's people from a room and deletes it. Answers when that is done. Clients that are away until everything is
 * purged do not hear that they left.
 */
export const deleteSynapseRoom = defineEndpoint({
  ...shared,
  method: 'DELETE',
  path: '/_synapse/admin/v1/rooms/:roomId',
  params,
  bodyOptional: true,
  body,
  response: Shutdown,
});

/** The same; answers at once, and it is done whatever happens. */
export const scheduleSynapseRoomDeletion = defineEndpoint({
  ...shared,
  method: 'DELETE',
  path: '/_synapse/admin/v2/rooms/:roomId',
  params,
  bodyOptional: true,
  body,
  response: Type.Object({ delete_id: Type.String() }),
});

const Deletion = Type.Object({
  delete_id: Type.String(),
  room_id: Type.String(),
  status: Type.Enum(['scheduled', 'active', 'complete', 'failed']),
  error: Type.Optional(Type.String()),
  shutdown_room: Shutdown,
});

/** What came of the deletions of a room, for a week. */
export const listSynapseRoomDeletions = defineEndpoint({
  ...shared,
  rateLimit: 'read',
  method: 'GET',
  path: '/_synapse/admin/v2/rooms/:roomId/delete_status',
  params,
  response: Type.Object({ results: Type.Array(Deletion) }),
});

/** What came of one deletion. */
export const getSynapseRoomDeletion = defineEndpoint({
  ...shared,
  rateLimit: 'read',
  method: 'GET',
  path: '/_synapse/admin/v2/rooms/delete_status/:deleteId',
  params: Type.Object({ deleteId: ShortText }),
  response: Deletion,
});
