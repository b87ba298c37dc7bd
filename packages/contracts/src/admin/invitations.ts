import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, PlainText } from '../schemas.ts';

const path = '/_stafette/admin/v1/invitations';
const about = {
  is_admin: Type.Boolean(),
  login_name: Type.Optional(Type.String()),
  display_name: Type.Optional(Type.String()),
  /** Milliseconds since 1970. */
  created_ts: Type.Integer(),
  expires_ts: Type.Integer(),
};

/** Makes a code that lets one person create an account. The answer is the only place where the code is ever shown. */
export const createInvitation = defineEndpoint({
  method: 'POST',
  path,
  auth: 'admin',
  rateLimit: 'invite',
  body: Type.Object({
    login_name: Type.Optional(PlainText(64)),
    display_name: Type.Optional(PlainText(256)),
    is_admin: Type.Optional(Type.Boolean()),
    /** Seven days when absent, thirty at most. */
    expires_in_ms: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 30 * 24 * 60 * 60 * 1000 })),
  }),
  bodyOptional: true,
  response: Type.Object({ id: Type.Integer(), code: Type.String(), ...about }),
  errors: ['M_INVALID_USERNAME', 'M_USER_IN_USE'],
});

/** Invitations, the newest first, without their codes. */
export const listInvitations = defineEndpoint({
  method: 'GET',
  path,
  auth: 'admin',
  rateLimit: 'read',
  response: Type.Object({
    invitations: Type.Array(
      Type.Object({
        id: Type.Integer(),
        ...about,
        created_by: Type.String(),
        state: Type.Union([Type.Literal('open'), Type.Literal('used'), Type.Literal('expired')]),
        used_by: Type.Optional(Type.String()),
        used_ts: Type.Optional(Type.Integer()),
      }),
    ),
  }),
  errors: [],
});

/** Withdraws an invitation that was not used. */
export const deleteInvitation = defineEndpoint({
  method: 'DELETE',
  path: `${path}/:id`,
  auth: 'admin',
  rateLimit: 'read',
  params: Type.Object({ id: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
  response: Empty,
  errors: ['M_NOT_FOUND'],
});
