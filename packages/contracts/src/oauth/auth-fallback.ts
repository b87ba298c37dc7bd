import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Csrf, page } from './page.ts';

const Short = Type.String({ maxLength: 255 });
/** Of user-interactive authentication. Whoever knows it began it. */
const query = Type.Object({ session: Short });

const shared = {
  ...page,
  path: '/_matrix/client/v3/auth/:authType/fallback/web',
  aliases: ['/_matrix/client/r0/auth/:authType/fallback/web'],
  params: Type.Object({ authType: Short }),
  query,
} as const;

/** Asks in a browser for what an application cannot ask for itself. https://spec.matrix.org/v1.19/client-server-api/#fallback */
export const showAuthFallback = defineEndpoint({ ...shared, method: 'GET', rateLimit: 'read' });

/** Takes what was typed; the application is told that it was, and nothing more. */
export const takeAuthFallback = defineEndpoint({
  ...shared,
  method: 'POST',
  rateLimit: 'login',
  form: true,
  body: Type.Object({
    csrf: Csrf,
    token: Type.Optional(Short),
    password: Type.Optional(Type.String({ maxLength: 4096 })),
    email: Type.Optional(Type.String({ maxLength: 1024 })),
    /** The id of the proof that {@link mailForAuthFallback} began. */
    proof: Type.Optional(Short),
  }),
});

/** Mails a link by which somebody proves an address, for the stage that asks for one. */
export const mailForAuthFallback = defineEndpoint({
  ...page,
  method: 'POST',
  path: '/_stafette/stage/mail',
  rateLimit: 'mail',
  query,
  form: true,
  body: Type.Object({ csrf: Csrf, email: Type.String({ maxLength: 1024 }) }),
});
