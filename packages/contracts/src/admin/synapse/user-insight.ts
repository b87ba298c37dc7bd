import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, JsonObject } from '../../schemas.ts';

const shared = {
  method: 'GET',
  auth: 'admin',
  rateLimit: 'read',
  params: Type.Object({ userId: Identifier }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
} as const;
/** Milliseconds since 1970. */
const since = Type.Object({ from_ts: Type.Integer({ minimum: 0 }) });
const path = '/_synapse/admin/v1/users/:userId';

/** What somebody is in every room where they are or were, by room. People of other servers as far as rooms here know of them. */
export const listSynapseMemberships = defineEndpoint({
  ...shared,
  path: `${path}/memberships`,
  response: Type.Object({ memberships: Type.Record(Type.String(), Type.String()), total: Type.Integer() }),
});

/** How many invitations somebody sent since a moment. */
export const countSynapseInvites = defineEndpoint({
  ...shared,
  path: `${path}/sent_invite_count`,
  query: since,
  response: Type.Object({ invite_count: Type.Integer() }),
});

/** How many rooms somebody came into since a moment, wherever they are now. */
export const countSynapseJoinedRooms = defineEndpoint({
  ...shared,
  path: `${path}/cumulative_joined_room_count`,
  query: since,
  response: Type.Object({ cumulative_joined_room_count: Type.Integer() }),
});

/** Where somebody is notified. */
export const listSynapsePushers = defineEndpoint({
  ...shared,
  path: `${path}/pushers`,
  response: Type.Object({ pushers: Type.Array(JsonObject), total: Type.Integer() }),
});

/** What somebody's clients keep with the account. That it was looked at is in the audit log. */
export const listSynapseAccountData = defineEndpoint({
  ...shared,
  path: `${path}/accountdata`,
  response: Type.Object({
    account_data: Type.Object({ global: JsonObject, rooms: Type.Record(Type.String(), JsonObject) }),
  }),
});
