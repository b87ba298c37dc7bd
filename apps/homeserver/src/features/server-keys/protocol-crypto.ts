import { createHash, createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Ed25519Signer, ProtocolCrypto } from '@stafette/protocol';

/** The part of sodium-native that is used; the package has no types of its own. */
interface Sodium {
  readonly crypto_sign_SECRETKEYBYTES: number;
  readonly crypto_sign_PUBLICKEYBYTES: number;
  readonly crypto_sign_BYTES: number;
  crypto_sign_seed_keypair(publicKey: Buffer, secretKey: Buffer, seed: Buffer): void;
  crypto_sign_detached(signature: Buffer, message: Buffer, secretKey: Buffer): void;
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean;
}

/** libsodium signs twice as fast as OpenSSL. It is a prebuilt addon: where it does not load, node:crypto does the same. */
function loadSodium(): Sodium | undefined {
  try {
    // What the addon exports is fixed by its exact version in package.json.
    return createRequire(import.meta.url)('sodium-native') as Sodium;
  } catch {
    return undefined;
  }
}

const sodium = loadSodium();

/** ASN.1 around the 32 bytes of an Ed25519 key. https://www.rfc-editor.org/rfc/rfc8410 */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });

const toBuffer = (input: Uint8Array | string): Buffer =>
  typeof input === 'string'
    ? Buffer.from(input, 'utf8')
    : Buffer.from(input.buffer, input.byteOffset, input.byteLength);

/** An Ed25519 signer by node:crypto. */
export function nodeSigner(keyId: string, seed: Uint8Array): Ed25519Signer {
  const key = privateKeyOf(seed);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { keyId, publicKey, sign: (message) => sign(null, toBuffer(message), key) };
}

function sodiumSigner(keyId: string, seed: Uint8Array, native: Sodium): Ed25519Signer {
  const publicKey = Buffer.alloc(native.crypto_sign_PUBLICKEYBYTES);
  const secretKey = Buffer.alloc(native.crypto_sign_SECRETKEYBYTES);
  native.crypto_sign_seed_keypair(publicKey, secretKey, Buffer.from(seed));
  return {
    keyId,
    publicKey,
    sign(message) {
      const signature = Buffer.allocUnsafe(native.crypto_sign_BYTES);
      native.crypto_sign_detached(signature, toBuffer(message), secretKey);
      return signature;
    },
  };
}

/** A signer for 32 bytes of seed, by the fastest implementation that is here. */
export const createSigner = (keyId: string, seed: Uint8Array): Ed25519Signer =>
  sodium === undefined ? nodeSigner(keyId, seed) : sodiumSigner(keyId, seed, sodium);

/** Verification by node:crypto. */
export const verifyWithNode: ProtocolCrypto['verifyEd25519'] = (publicKey, message, signature) =>
  signature.length === 64 && verify(null, message, publicKeyOf(publicKey), signature);

const verifyWithSodium =
  (native: Sodium): ProtocolCrypto['verifyEd25519'] =>
  (publicKey, message, signature) =>
    signature.length === 64 &&
    native.crypto_sign_verify_detached(toBuffer(signature), toBuffer(message), toBuffer(publicKey));

/** The cryptography that the protocol package asks for. */
export const protocolCrypto: ProtocolCrypto = {
  sha256: (input) => hash('sha256', typeof input === 'string' ? input : toBuffer(input), 'buffer'),
  sha1: (input) => createHash('sha1').update(input).digest(),
  verifyEd25519: sodium === undefined ? verifyWithNode : verifyWithSodium(sodium),
};
