/// <reference types="node" />
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { AuthContext } from '../event-auth/auth-input.ts';
import type { ProtocolCrypto } from '../crypto.ts';
import type { JsonObject } from '../json.ts';
import { canonicalJson } from '../canonical-json.ts';

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
export const nodeCrypto: ProtocolCrypto = {
  sha256: (input) => createHash('sha256').update(input).digest(),
  sha1: (input) => createHash('sha1').update(input).digest(),
  verifyEd25519: (publicKey, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' }),
      signature,
    ),
};

/** The world for authorization tests: every server signs, except `unsigned.example`. */
export const testAuthContext: AuthContext = {
  crypto: nodeCrypto,
  isSignedBy: (serverName) => serverName !== 'unsigned.example',
};

// PKCS #8 of an Ed25519 key whose seed is 32 times the byte 7: any fixed key does.
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** The key of the identity server in the tests, unpadded base64. */
export const invitationPublicKey = unpadded(
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length),
);

/** The signed part of a third-party invitation, as the identity server of the tests signs it. */
export function signInvitation(content: JsonObject): JsonObject {
  const signature = unpadded(sign(null, Buffer.from(canonicalJson(content)), privateKey));
  return { ...content, signatures: { 'identity.example': { 'ed25519:0': signature } } };
}
