import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, JsonObject } from '../../schemas.ts';

const params = Type.Object({ userId: Identifier });
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;

/** The rooms that somebody is in. */
export const listSynapseJoinedRooms = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/users/:userId/joined_rooms',
  ...shared,
  params,
  response: Type.Object({ joined_rooms: Type.Array(Type.String()), total: Type.Integer() }),
});

/** Where somebody was seen last: all connections under one nameless device, which is where tools look for them. */
export const getSynapseWhoIs = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/whois/:userId',
  ...shared,
  params,
  response: Type.Object({ user_id: Type.String(), devices: JsonObject }),
});

/** Lets somebody read and no longer write, or write again. */
export const suspendSynapseUser = defineEndpoint({
  method: 'PUT',
  path: '/_synapse/admin/v1/suspend/:userId',
  ...shared,
  params,
  body: Type.Object({ suspend: Type.Boolean() }),
  response: JsonObject,
});
