import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier } from '../../schemas.ts';

const shared = {
  path: '/_synapse/admin/v1/rooms/:roomIdOrAlias/forward_extremities',
  auth: 'admin',
  rateLimit: 'read',
  params: Type.Object({ roomIdOrAlias: Identifier }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
} as const;

/** The ends of a room's history, to which its next event attaches. */
export const listSynapseForwardExtremities = defineEndpoint({
  method: 'GET',
  ...shared,
  response: Type.Object({
    count: Type.Integer(),
    results: Type.Array(
      Type.Object({
        event_id: Type.String(),
        /** Names the state after the event: here, the event's position in the events stream. */
        state_group: Type.Integer(),
        depth: Type.Integer(),
        /** Milliseconds since 1970. */
        received_ts: Type.Integer(),
      }),
    ),
  }),
});

/** The next event of a room joins all ends, so that none is ever too many: removes nothing, and says so. */
export const removeSynapseForwardExtremities = defineEndpoint({
  method: 'DELETE',
  ...shared,
  response: Type.Object({ deleted: Type.Integer() }),
});
