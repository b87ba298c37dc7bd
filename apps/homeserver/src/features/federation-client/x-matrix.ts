import { signJson, type Ed25519Signer, type JsonObject, type ServerName } from '@stafette/protocol';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they stand in the request. */
  readonly uri: string;
  readonly origin: ServerName;
  readonly destination: ServerName;
  readonly content: JsonObject | undefined;
}

/**
 * The `Authorization` header with which a server shows who it is.
 * https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 */
export function authorizationOf({ content, ...request }: SignedRequest, signer: Ed25519Signer): string {
  const { origin, destination } = request;
  const signed = signJson(content === undefined ? request : { ...request, content }, origin, signer);
  // Made by the signature just above.
  const signature = (signed['signatures'] as Record<string, Record<string, string>>)[origin]?.[signer.keyId] ?? '';
  // None of these can hold a quotation mark.
  return `X-Matrix origin="${origin}",destination="${destination}",key="${signer.keyId}",sig="${signature}"`;
}
