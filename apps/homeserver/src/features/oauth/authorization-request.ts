import { OAuthError, type oauth, type QueryOf } from '@stafette/contracts';
import type { Client, Clients } from './clients.ts';
import { isRegisteredRedirectUri } from './redirect-uri.ts';
import { readScope, type GrantedScope } from './scope.ts';

export type AuthorizationQuery = QueryOf<typeof oauth.showAuthorization>;

/** Where the answer goes. */
export interface ReturnAddress {
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'fragment';
  readonly state: string | undefined;
}

export interface AuthorizationRequest extends ReturnAddress {
  readonly client: Client;
  readonly scope: GrantedScope;
  /** SHA-256 of the verifier, as RFC 7636 spells it. */
  readonly codeChallenge: string;
  /** What the client would like the person to do first. */
  readonly prompt: 'create' | 'login' | undefined;
  /** What the client expects the person to type as their name. */
  readonly loginHint: string | undefined;
}

export type ReadRequest =
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }
  /** Told to the client. */
  | { readonly kind: 'refused'; readonly to: ReturnAddress; readonly error: OAuthError }
  /** Told to the person alone: who asks, or where the answer should go, is not known. */
  | { readonly kind: 'unknown-client' };

/** SHA-256 in base64url: 43 characters, of which the last holds four bits. */
const CHALLENGE = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Reads an authorization request. Nothing is sent to an address before the client is known and the address is one of its
 * own. https://spec.matrix.org/v1.19/client-server-api/#authorization-code-flow
 */
export async function readAuthorizationRequest(clients: Clients, query: AuthorizationQuery): Promise<ReadRequest> {
  const { client_id: clientId, redirect_uri: redirectUri } = query;
  const client = clientId === undefined ? undefined : await clients.find(clientId);
  if (client === undefined || redirectUri === undefined || !isRegisteredRedirectUri(redirectUri, client.redirect_uris))
    return { kind: 'unknown-client' };
  const to: ReturnAddress = {
    redirectUri,
    responseMode: query.response_mode === 'fragment' ? 'fragment' : 'query',
    state: query.state,
  };
  try {
    return { kind: 'request', request: { ...to, client, ...readParameters(query, client) } };
  } catch (error) {
    if (error instanceof OAuthError) return { kind: 'refused', to, error };
    throw error;
  }
}

function readParameters(
  query: AuthorizationQuery,
  client: Client,
): Omit<AuthorizationRequest, 'client' | keyof ReturnAddress> {
  if (query.response_type !== 'code') throw new OAuthError('unsupported_response_type', 'response_type is code');
  if (!client.grant_types.includes('authorization_code'))
    throw new OAuthError('unauthorized_client', 'The client did not register for this grant');
  if (!['query', 'fragment', undefined].includes(query.response_mode))
    throw new OAuthError('invalid_request', 'response_mode is query or fragment');
  const { code_challenge: codeChallenge } = query;
  if (query.code_challenge_method !== 'S256' || codeChallenge === undefined || !CHALLENGE.test(codeChallenge))
    throw new OAuthError('invalid_request', 'A code_challenge by S256 is needed');
  const prompts = (query.prompt ?? '').split(' ');
  if (prompts.includes('none')) throw new OAuthError('interaction_required', 'Nobody is logged in without being asked');
  return {
    scope: readScope(query.scope),
    codeChallenge,
    prompt: (['create', 'login'] as const).find((prompt) => prompts.includes(prompt)),
    loginHint: query.login_hint?.replace(/^mxid:/, ''),
  };
}

/** The address of the answer with its members, among them who answers: RFC 9207, against mixing up two servers. */
export function answerUrl(to: ReturnAddress, issuer: string, answer: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams({
    ...answer,
    ...(to.state === undefined ? {} : { state: to.state }),
    iss: issuer,
  });
  const separator = to.responseMode === 'fragment' ? '#' : to.redirectUri.includes('?') ? '&' : '?';
  return `${to.redirectUri}${separator}${parameters.toString()}`;
}
