import { forbidden, MatrixError } from '@stafette/contracts';
import {
  parseAuthorization,
  verifyRequestSignature,
  type JsonValue,
  type ProtocolCrypto,
  type RequestAuthorization,
  type ServerName,
} from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';

/** What of a request its origin has signed. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly uri: string;
  /** Every `Authorization` header. */
  readonly authorizations: readonly string[];
  readonly content: JsonValue | undefined;
}

interface Dependencies {
  readonly serverName: ServerName;
  readonly circle: { readonly isEmpty: boolean; readonly has: (server: ServerName) => boolean };
  readonly keys: {
    readonly findVerifyKey: (server: ServerName, keyId: string, atMs: number) => Promise<Uint8Array | undefined>;
  };
  readonly crypto: ProtocolCrypto;
  readonly clock: Clock;
}

/** A server signs with its key, and with the one before it while it changes them. */
const MAX_SIGNATURES = 4;

const unauthorized = (message: string): MatrixError => new MatrixError(401, 'M_UNAUTHORIZED', message);

/** What all headers agree on. */
function readAll(texts: readonly string[]): readonly [RequestAuthorization, ...RequestAuthorization[]] {
  if (texts.length > MAX_SIGNATURES) throw unauthorized('The request has too many signatures');
  const [first, ...others] = texts.map((text) => {
    const authorization = parseAuthorization(text);
    if (authorization === undefined) throw unauthorized('The signature of the request cannot be read');
    return authorization;
  });
  if (first === undefined) throw unauthorized('The request needs the signature of a server');
  if (others.some(({ origin }) => origin !== first.origin))
    throw unauthorized('The signatures of the request are of different servers');
  return [first, ...others];
}

/**
 * The one gate for what other servers ask. https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 *
 * 1. Where federation is off, nobody is listened to.
 * 2. Every `Authorization` header is read, and all are of one origin.
 * 3. None is for another server.
 * 4. The origin is in the circle. Until here nothing was looked up, and nobody asked.
 * 5. One of the signatures is good, by a key of the origin that holds now.
 */
export class ServerSignatureGate {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The server that asks; throws M_FORBIDDEN for one outside the circle and M_UNAUTHORIZED for everything else. */
  async authenticate({ authorizations, ...request }: ReceivedRequest): Promise<ServerName> {
    const { serverName, circle, keys, crypto, clock } = this.#d;
    if (circle.isEmpty) throw forbidden('This server speaks with no other server');
    const signatures = readAll(authorizations);
    const [{ origin }] = signatures;
    if (signatures.some(({ destination }) => destination !== undefined && destination !== serverName))
      throw unauthorized('The request is for another server');
    if (!circle.has(origin)) throw forbidden('This server does not speak with yours');
    const signed = { ...request, origin, destination: serverName };
    for (const { keyId, signature } of signatures) {
      const key = await keys.findVerifyKey(origin, keyId, clock.nowMs());
      if (key !== undefined && verifyRequestSignature(signed, signature, key, crypto).ok) return origin;
    }
    throw unauthorized('The request is not signed by a key of your server that holds now');
  }
}
