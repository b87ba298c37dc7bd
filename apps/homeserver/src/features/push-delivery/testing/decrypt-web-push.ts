import type { ECDH } from 'node:crypto';
// @ts-expect-error The package has no types.
import ece from 'http_ece';

/** Reads a message as a browser does, with somebody else's implementation. `authSecret` in base64url. */
export function decryptWebPush(encrypted: Buffer, privateKey: ECDH, authSecret: string): string {
  // What its documentation says that it returns.
  const text = ece.decrypt(encrypted, { version: 'aes128gcm', privateKey, authSecret }) as Buffer;
  return text.toString();
}
