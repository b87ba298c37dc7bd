import { encodeBase64 } from './base64.ts';
import { canonicalJson, CanonicalJsonError } from './canonical-json.ts';
import type { Ed25519Signer, ProtocolCrypto } from './crypto.ts';
import { parseServerName, type ServerName } from './identifiers.ts';
import type { JsonValue } from './json.ts';
import { verifySignature, type JsonSignatureVerdict } from './signatures.ts';
import { encodeUtf8 } from './utf8.ts';

/** What a server signs of a request to another one. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they stand in the request. */
  readonly uri: string;
  readonly origin: ServerName;
  readonly destination: ServerName;
  /** The body as JSON; undefined when there is none. */
  readonly content: JsonValue | undefined;
}

/** What an `Authorization` header claims about its request. */
export interface RequestAuthorization {
  readonly origin: ServerName;
  /** Servers of before Matrix 1.3 do not say it; the signature covers it all the same. */
  readonly destination: ServerName | undefined;
  readonly keyId: string;
  /** Base64 as it came. */
  readonly signature: string;
}

/** Names of 255 bytes and a signature fill less than half of it. */
const MAX_AUTHORIZATION_LENGTH = 2_048;
const SCHEME = /^x-matrix +/i;
/** One parameter, up to the comma or the end. Values may hold colons without quotation marks, as older servers have them. */
const PARAMETER =
  /[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z:-]+))[ \t]*(?:,|$)/y;
const KEY_ID = /^ed25519:[A-Za-z0-9_]{1,200}$/;

/** Whether this names a key of the one algorithm that servers sign with. */
export const isSigningKeyId = (text: string): boolean => KEY_ID.test(text);

/** Lenient numbers, as a body may hold events of room versions 1 to 5. */
const signedTextOf = ({ content, ...request }: SignedRequest): string =>
  canonicalJson(content === undefined ? request : { ...request, content }, 'lenient');

/**
 * The `Authorization` header with which a server shows who it is. Throws `CanonicalJsonError`.
 * https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 */
export function authorizationOf(request: SignedRequest, signer: Ed25519Signer): string {
  const { origin, destination } = request;
  const signature = encodeBase64(signer.sign(signedTextOf(request)));
  // None of these can hold a quotation mark.
  return `X-Matrix origin="${origin}",destination="${destination}",key="${signer.keyId}",sig="${signature}"`;
}

/** Reads such a header; undefined for another scheme, a malformed list, a parameter that is there twice or missing. */
export function parseAuthorization(header: string): RequestAuthorization | undefined {
  const scheme = SCHEME.exec(header)?.[0];
  const parameters =
    scheme === undefined || header.length > MAX_AUTHORIZATION_LENGTH
      ? undefined
      : readParameters(header.slice(scheme.length));
  if (parameters === undefined) return undefined;
  const origin = parseServerName(parameters.get('origin') ?? '');
  const destinationText = parameters.get('destination');
  const destination = destinationText === undefined ? undefined : parseServerName(destinationText);
  const [keyId, signature] = [parameters.get('key'), parameters.get('sig')];
  const isWhole = origin !== undefined && keyId !== undefined && isSigningKeyId(keyId) && signature !== undefined;
  return isWhole && (destinationText === undefined) === (destination === undefined)
    ? { origin, destination, keyId, signature }
    : undefined;
}

function readParameters(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < text.length) {
    const [, name = '', quoted, plain = ''] = PARAMETER.exec(text) ?? [];
    // What does not match sets the place back to the beginning.
    if (PARAMETER.lastIndex === 0 || parameters.has(name.toLowerCase())) return undefined;
    parameters.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return parameters;
}

/** Whether the signature is of this request, by this key. The caller knows that the key is the origin's. */
export function verifyRequestSignature(
  request: SignedRequest,
  signature: string,
  publicKey: Uint8Array,
  crypto: ProtocolCrypto,
): JsonSignatureVerdict {
  try {
    return verifySignature(signature, encodeUtf8(signedTextOf(request)), publicKey, crypto);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return { ok: false, reason: 'not-canonical' };
    throw error;
  }
}
