import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier } from '../schemas.ts';

/** What administrators did, the newest first. */
export const listAuditEntries = defineEndpoint({
  method: 'GET',
  path: '/_stafette/admin/v1/audit',
  auth: 'admin',
  rateLimit: 'read',
  query: Type.Object({
    /** The `next_token` of the page before. */
    from: Type.Optional(Type.Integer({ minimum: 1 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    /** Only what this administrator did. */
    actor: Type.Optional(Identifier),
    /** Only what was done to this user, room, event or file. */
    target: Type.Optional(Identifier),
  }),
  response: Type.Object({
    entries: Type.Array(
      Type.Object({
        id: Type.Integer(),
        /** Milliseconds since 1970. */
        ts: Type.Integer(),
        actor: Type.String(),
        /** Area and verb, such as `room.block`. */
        action: Type.String(),
        target: Type.String(),
        /** Why, in the words of the administrator, when they said. */
        reason: Type.Optional(Type.String()),
      }),
    ),
    next_token: Type.Optional(Type.Integer()),
  }),
  errors: ['M_INVALID_PARAM'],
});
