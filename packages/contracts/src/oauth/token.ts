import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const Parameter = Type.Optional(Type.String({ maxLength: 2048 }));
// Everybody in an office, every few minutes, from one address; and neither codes nor tokens can be guessed.
const shared = { method: 'POST', auth: 'none', rateLimit: 'keys', answersAs: 'oauth', form: true } as const;

/** Exchanges a grant for tokens. https://spec.matrix.org/v1.19/client-server-api/#grant-types */
export const exchangeGrant = defineEndpoint({
  ...shared,
  path: '/_stafette/oauth/token',
  body: Type.Object({
    grant_type: Parameter,
    client_id: Parameter,
    code: Parameter,
    redirect_uri: Parameter,
    code_verifier: Parameter,
    refresh_token: Parameter,
    device_code: Parameter,
  }),
  response: Type.Unknown(),
  errors: ['M_UNRECOGNIZED'],
});

/** Logs out. https://spec.matrix.org/v1.19/client-server-api/#token-revocation */
export const revokeToken = defineEndpoint({
  ...shared,
  path: '/_stafette/oauth/revoke',
  body: Type.Object({ token: Parameter, token_type_hint: Parameter, client_id: Parameter }),
  response: Type.Unknown(),
  errors: ['M_UNRECOGNIZED'],
});
