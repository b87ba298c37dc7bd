import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, ShortText } from '../../schemas.ts';

const shared = {
  auth: 'admin',
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_MISSING_PARAM', 'M_NOT_FOUND'],
} as const;
const path = '/_synapse/admin/v1/purge_history/:roomId';
const purge = {
  ...shared,
  method: 'POST',
  rateLimit: 'room',
  bodyOptional: true,
  body: Type.Object({
    /** Messages before this event go. */
    purge_up_to_event_id: Type.Optional(Identifier),
    /** Or those that were sent before this time, in milliseconds since 1970. */
    purge_up_to_ts: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Also what people of this server sent; without it only what came from other servers goes. */
    delete_local_events: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({ purge_id: Type.String() }),
} as const;

/** Deletes old messages of a room for good. State stays. Answers at once; it is done whatever happens. */
export const purgeSynapseHistory = defineEndpoint({ ...purge, path, params: Type.Object({ roomId: Identifier }) });

/** The same up to the event that the address names. */
export const purgeSynapseHistoryUpTo = defineEndpoint({
  ...purge,
  path: `${path}/:eventId`,
  params: Type.Object({ roomId: Identifier, eventId: Identifier }),
});

/** What came of it, for a week. */
export const getSynapsePurgeStatus = defineEndpoint({
  ...shared,
  method: 'GET',
  rateLimit: 'read',
  path: '/_synapse/admin/v1/purge_history_status/:purgeId',
  params: Type.Object({ purgeId: ShortText }),
  response: Type.Object({ status: Type.Enum(['active', 'complete', 'failed']), error: Type.Optional(Type.String()) }),
});
