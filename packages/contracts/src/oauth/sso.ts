import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Csrf, page } from './page.ts';

const shared = {
  ...page,
  path: '/_stafette/sso',
  query: Type.Object({
    redirectUrl: Type.String({ minLength: 1, maxLength: 2048 }),
    action: Type.Optional(Type.String({ maxLength: 64 })),
  }),
} as const;

/** Asks whether an application of the older kind may be logged in. */
export const showSso = defineEndpoint({ ...shared, method: 'GET', rateLimit: 'read' });

/** Sends the browser to the application with a token that opens one session. */
export const decideSso = defineEndpoint({
  ...shared,
  method: 'POST',
  rateLimit: 'login',
  form: true,
  body: Type.Object({ csrf: Csrf }),
});
