import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { PlainText } from '../schemas.ts';

const path = '/_synapse/admin/v1/register';

/**
 * Accounts by a secret that server and caller share, as public test suites and tools of other servers make them. Only in
 * the conformance mode.
 */
export const getRegistrationNonce = defineEndpoint({
  method: 'GET',
  path,
  auth: 'none',
  rateLimit: 'registration',
  response: Type.Object({ nonce: Type.String() }),
  errors: ['M_UNRECOGNIZED'],
});

/** Makes such an account, perhaps an administrator's. */
export const registerBySharedSecret = defineEndpoint({
  method: 'POST',
  path,
  auth: 'none',
  rateLimit: 'registration',
  body: Type.Object({
    nonce: Type.String({ maxLength: 255 }),
    username: Type.String({ maxLength: 255 }),
    password: Type.String({ maxLength: 1024 }),
    displayname: Type.Optional(PlainText(256)),
    admin: Type.Optional(Type.Boolean()),
    user_type: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()])),
    /** HMAC-SHA1 in hexadecimal over nonce, name, password, `admin` or `notadmin`, and type, joined by NUL. */
    mac: Type.String({ maxLength: 64 }),
  }),
  response: Type.Object({
    user_id: Type.String(),
    access_token: Type.String(),
    device_id: Type.String(),
    home_server: Type.String(),
  }),
  errors: ['M_UNRECOGNIZED', 'M_FORBIDDEN', 'M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_UNKNOWN'],
});
