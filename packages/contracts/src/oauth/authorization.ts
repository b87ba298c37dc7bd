import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Csrf, page } from './page.ts';

const Parameter = Type.Optional(Type.String({ maxLength: 2048 }));

/** RFC 6749 section 4.1.1 and RFC 7636 section 4.3; what is missing is told in their words, so nothing is required here. */
const AuthorizationQuery = Type.Object({
  client_id: Parameter,
  redirect_uri: Parameter,
  response_type: Parameter,
  response_mode: Parameter,
  scope: Parameter,
  state: Parameter,
  code_challenge: Parameter,
  code_challenge_method: Parameter,
  prompt: Parameter,
  /** Who is expected to log in: a login name or `mxid:` and a user id. */
  login_hint: Parameter,
});

const shared = { ...page, path: '/_stafette/oauth/authorize', query: AuthorizationQuery } as const;

/** Asks a person whether an application may act for them. https://spec.matrix.org/v1.19/client-server-api/#authorization-code-flow */
export const showAuthorization = defineEndpoint({ ...shared, method: 'GET', rateLimit: 'read' });

/** What the person decided; the browser is sent back to the application. */
export const decideAuthorization = defineEndpoint({
  ...shared,
  method: 'POST',
  rateLimit: 'login',
  form: true,
  body: Type.Object({ csrf: Csrf, decision: Type.Enum(['allow', 'deny']) }),
});
