import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const Url = Type.String();
const Names = Type.Array(Type.String());

/**
 * Where and how clients log in by OAuth 2.0. The well-known addresses are RFC 8414's and the one that clients knew before.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata
 */
export const getAuthMetadata = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/auth_metadata',
  aliases: [
    '/_matrix/client/unstable/org.matrix.msc2965/auth_metadata',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ],
  auth: 'none',
  rateLimit: 'read',
  response: Type.Object({
    issuer: Url,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Url,
    registration_endpoint: Url,
    device_authorization_endpoint: Url,
    account_management_uri: Url,
    account_management_actions_supported: Names,
    response_types_supported: Names,
    response_modes_supported: Names,
    grant_types_supported: Names,
    code_challenge_methods_supported: Names,
    prompt_values_supported: Names,
    scopes_supported: Names,
    token_endpoint_auth_methods_supported: Names,
    revocation_endpoint_auth_methods_supported: Names,
    authorization_response_iss_parameter_supported: Type.Boolean(),
  }),
  errors: ['M_UNRECOGNIZED'],
});
