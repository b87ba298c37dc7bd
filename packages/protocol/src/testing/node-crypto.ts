/// <reference types="node" />
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import type { Ed25519Signer, ProtocolCrypto } from '../crypto.ts';

// What stands before the 32 bytes of an Ed25519 key in DER: RFC 8410.
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The cryptography of the tests: OpenSSL, by way of node:crypto. */
export const nodeCrypto: ProtocolCrypto = {
  sha256: (input) => hash('sha256', input, 'buffer'),
  sha1: (input) => hash('sha1', input, 'buffer'),
  verifyEd25519: (publicKey, message, signature) => {
    const der = Buffer.concat([publicKeyPrefix, publicKey]);
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  },
};

/** A signer whose private key is this seed of 32 bytes. */
export function createSigner(seed: Uint8Array, keyId: string): Ed25519Signer {
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyPrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    keyId,
    publicKey: Uint8Array.from(der.subarray(publicKeyPrefix.length)),
    sign: (message) => sign(null, typeof message === 'string' ? Buffer.from(message) : message, privateKey),
  };
}

/** The signing key of the specification's vectors. https://spec.matrix.org/v1.19/appendices/#signing-key */
export const specSigner: Ed25519Signer = createSigner(
  Buffer.from('YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1', 'base64'),
  'ed25519:1',
);
