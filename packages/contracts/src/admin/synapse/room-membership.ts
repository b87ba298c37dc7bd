import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier } from '../../schemas.ts';

const shared = {
  method: 'POST',
  auth: 'admin',
  rateLimit: 'room',
  params: Type.Object({ roomIdOrAlias: Identifier }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND', 'M_BAD_STATE'],
} as const;

/**
 * Gives somebody as much power as anybody of this server in the room has, in the name of that member, and invites them
 * when they are not in it and could not come in by themselves. The administrator, unless somebody else is named.
 */
export const makeSynapseRoomAdmin = defineEndpoint({
  ...shared,
  path: '/_synapse/admin/v1/rooms/:roomIdOrAlias/make_room_admin',
  bodyOptional: true,
  body: Type.Object({ user_id: Type.Optional(Identifier) }),
  response: Empty,
});

/** Brings a person of this server into a room: one that is open, or that they are or can be invited to by the administrator. */
export const joinSynapseRoom = defineEndpoint({
  ...shared,
  path: '/_synapse/admin/v1/join/:roomIdOrAlias',
  body: Type.Object({ user_id: Identifier }),
  response: Type.Object({ room_id: Type.String() }),
  errors: [...shared.errors, 'M_INVITE_BLOCKED'],
});
