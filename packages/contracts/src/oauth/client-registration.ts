import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const Uri = Type.String({ minLength: 1, maxLength: 2048 });
const Names = Type.Array(Type.String({ maxLength: 128 }), { maxItems: 20 });

/** https://spec.matrix.org/v1.19/client-server-api/#client-metadata; members that are not known here are ignored. */
const ClientMetadata = Type.Object({
  client_uri: Uri,
  client_name: Type.Optional(Type.String({ maxLength: 128 })),
  logo_uri: Type.Optional(Uri),
  tos_uri: Type.Optional(Uri),
  policy_uri: Type.Optional(Uri),
  redirect_uris: Type.Optional(Type.Array(Uri, { maxItems: 10 })),
  response_types: Type.Optional(Names),
  grant_types: Type.Optional(Names),
  token_endpoint_auth_method: Type.Optional(Type.String({ maxLength: 128 })),
  application_type: Type.Optional(Type.String({ maxLength: 128 })),
});

/** Makes an application known. https://spec.matrix.org/v1.19/client-server-api/#dynamic-client-registration-flow */
export const registerOAuthClient = defineEndpoint({
  method: 'POST',
  path: '/_stafette/oauth/register',
  auth: 'none',
  rateLimit: 'login',
  answersAs: 'oauth',
  maxBodyBytes: 32 * 1024,
  body: ClientMetadata,
  response: Type.Unknown(),
  errors: ['M_UNRECOGNIZED'],
});
