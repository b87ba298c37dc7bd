import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { PlainText } from '../schemas.ts';
import { page } from './page.ts';

/**
 * Logs in for an application that shows this page in a browser of its own, and hands it the session.
 * https://spec.matrix.org/v1.19/client-server-api/#login-fallback
 */
export const showLoginFallback = defineEndpoint({
  ...page,
  method: 'GET',
  path: '/_matrix/static/client/login/',
  rateLimit: 'read',
  /** For the log-in: what it takes and is no secret. */
  query: Type.Object({
    device_id: Type.Optional(Type.String({ maxLength: 255 })),
    initial_device_display_name: Type.Optional(PlainText(255)),
    refresh_token: Type.Optional(Type.Boolean()),
  }),
});
