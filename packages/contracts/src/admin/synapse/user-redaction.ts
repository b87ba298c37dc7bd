import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, PlainText } from '../../schemas.ts';

const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;

/**
 * Takes away what somebody wrote, the newest first, in some rooms or, with an empty list, in all that they are in. In the
 * name of the person, where they are of this server and still in the room, and of the administrator otherwise.
 */
export const redactSynapseUser = defineEndpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/user/:userId/redact',
  ...shared,
  params: Type.Object({ userId: Identifier }),
  body: Type.Object({
    rooms: Type.Array(Identifier, { maxItems: 1000 }),
    /** Shown in the rooms. */
    reason: Type.Optional(PlainText(1000)),
    /** How many of the newest messages of each room are looked at; a thousand when absent. */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    use_admin: Type.Optional(Type.Boolean()),
    /** Milliseconds since 1970; both inclusive. */
    after_ts: Type.Optional(Type.Integer({ minimum: 0 })),
    before_ts: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  response: Type.Object({ redact_id: Type.String() }),
});

/** How far that is. What rooms refused is named with the reason. */
export const getSynapseRedactStatus = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/user/redact_status/:redactId',
  ...shared,
  params: Type.Object({ redactId: Identifier }),
  response: Type.Object({
    status: Type.Enum(['scheduled', 'active', 'completed', 'failed']),
    failed_redactions: Type.Record(Type.String(), Type.String()),
  }),
});
