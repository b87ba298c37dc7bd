import { type BodyOf, type oauth, OAuthError } from '@stafette/contracts';
import { isAllowedRedirectUri, isOnClientHost, parseClientUri } from './redirect-uri.ts';

export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** What a client is registered with. https://spec.matrix.org/v1.19/client-server-api/#client-metadata */
export interface ClientMetadata {
  readonly application_type: 'web' | 'native';
  readonly client_name?: string;
  readonly client_uri: string;
  readonly grant_types: readonly GrantType[];
  readonly logo_uri?: string;
  readonly policy_uri?: string;
  readonly redirect_uris: readonly string[];
  readonly response_types: readonly 'code'[];
  readonly token_endpoint_auth_method: 'none';
  readonly tos_uri?: string;
}

/** Characters that are not seen, or change how others are seen: a name is shown to whoever decides. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const refused = (description: string): OAuthError => new OAuthError('invalid_client_metadata', description);

const isGrantType = (text: string): text is GrantType => GRANT_TYPES.some((known) => known === text);

/** Checks what a client says of itself; throws what is wrong with it. Values that are not known are left out. */
export function readClientMetadata(body: BodyOf<typeof oauth.registerOAuthClient>): ClientMetadata {
  const clientUri = parseClientUri(body.client_uri);
  if (clientUri === undefined) throw refused('client_uri has to be an https address of a domain');
  const { application_type: applicationType = 'web', token_endpoint_auth_method: authMethod = 'none' } = body;
  if (applicationType !== 'web' && applicationType !== 'native') throw refused('application_type is web or native');
  if (authMethod !== 'none') throw refused('Clients are public here: token_endpoint_auth_method is none');
  if (body.client_name !== undefined && (UNSEEN.test(body.client_name) || body.client_name.trim() === ''))
    throw refused('client_name holds characters that are not seen');
  for (const name of ['logo_uri', 'policy_uri', 'tos_uri'] as const) {
    const uri = body[name];
    if (uri !== undefined && !isOnClientHost(uri, clientUri)) throw refused(`${name} has to be below client_uri`);
  }
  const { redirect_uris: redirectUris = [] } = body;
  if (!redirectUris.every((uri) => isAllowedRedirectUri(uri, clientUri, applicationType)))
    throw new OAuthError('invalid_redirect_uri', 'A redirect URI is not one that such a client may have');
  const grantTypes = (body.grant_types ?? ['authorization_code', 'refresh_token']).filter(isGrantType);
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0)
    throw new OAuthError('invalid_redirect_uri', 'The authorization code grant needs a redirect URI');
  return {
    application_type: applicationType,
    ...(body.client_name === undefined ? {} : { client_name: body.client_name }),
    client_uri: body.client_uri,
    grant_types: [...new Set(grantTypes)].toSorted(),
    ...(body.logo_uri === undefined ? {} : { logo_uri: body.logo_uri }),
    ...(body.policy_uri === undefined ? {} : { policy_uri: body.policy_uri }),
    redirect_uris: redirectUris,
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...(body.tos_uri === undefined ? {} : { tos_uri: body.tos_uri }),
  };
}
