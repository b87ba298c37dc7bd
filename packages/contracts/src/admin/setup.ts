import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Whether the agency exists yet; the web client asks this first. Our own API, not part of Matrix. */
export const getSetup = defineEndpoint({
  method: 'GET',
  path: '/_stafette/setup',
  auth: 'none',
  rateLimit: 'none',
  response: Type.Object({
    state: Type.Union([Type.Literal('needed'), Type.Literal('done')]),
    /** While needed: the name that the configuration fixes, or a proposal. */
    server_name: Type.Optional(Type.String()),
    /** Whether `server_name` is fixed and the form must send it back unchanged. */
    server_name_is_fixed: Type.Optional(Type.Boolean()),
  }),
  errors: [],
});

/**
 * Creates the agency and its first administrator, once, with the code that the server shows on its terminal. Answers
 * like a login.
 */
export const completeSetup = defineEndpoint({
  method: 'POST',
  path: '/_stafette/setup',
  auth: 'none',
  rateLimit: 'login',
  maxBodyBytes: 16 * 1024,
  body: Type.Object({
    code: Type.String({ maxLength: 100 }),
    agency_name: Type.String({ minLength: 1, maxLength: 200 }),
    server_name: Type.String({ minLength: 1, maxLength: 255 }),
    admin: Type.Object({
      login_name: Type.String({ minLength: 1, maxLength: 200 }),
      display_name: Type.String({ minLength: 1, maxLength: 200 }),
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    }),
  }),
  response: Type.Object({
    user_id: Type.String(),
    access_token: Type.String(),
    device_id: Type.String(),
    refresh_token: Type.Optional(Type.String()),
    expires_in_ms: Type.Optional(Type.Integer()),
    home_server: Type.String(),
  }),
  errors: [
    'M_FORBIDDEN',
    'M_INVALID_PARAM',
    'M_INVALID_USERNAME',
    'M_WEAK_PASSWORD',
    'M_BAD_JSON',
    'M_NOT_JSON',
    'M_MISSING_PARAM',
    'M_LIMIT_EXCEEDED',
  ],
});
