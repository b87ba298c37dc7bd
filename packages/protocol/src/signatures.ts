import { decodeBase64, encodeBase64 } from './base64.ts';
import { canonicalJson, CanonicalJsonError } from './canonical-json.ts';
import type { Ed25519Signer, ProtocolCrypto } from './crypto.ts';
import { checkEd25519PublicKey } from './ed25519-public-key.ts';
import { omitKeys, signedText } from './hashes.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { RoomVersion } from './room-versions/room-version.ts';
import { encodeUtf8 } from './utf8.ts';

export type SignatureFault =
  /** No signature of this entity with this key. */
  | 'missing'
  /** The signature is not 64 bytes in base64. */
  | 'malformed-signature'
  /** The public key is not 32 bytes in base64, of small order or not canonical. */
  | 'unsafe-key'
  /** The object has no canonical form. */
  | 'not-canonical'
  /** The signature is of something else, or by another key. */
  | 'wrong';

export type JsonSignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: SignatureFault };

const valid: JsonSignatureVerdict = { ok: true };
const invalid = (reason: SignatureFault): JsonSignatureVerdict => ({ ok: false, reason });

/**
 * The object with this entity's signature added; `signatures` of others and `unsigned` stay and are not covered.
 * Throws `CanonicalJsonError`. https://spec.matrix.org/v1.19/appendices/#signing-details
 */
export function signJson(object: JsonObject, entity: string, signer: Ed25519Signer): JsonObject {
  return addSignature(object, entity, signer, canonicalJson(omitKeys(object, ['signatures', 'unsigned'])));
}

/**
 * The event with this server's signature added, over its redacted form. Its content hash must be in it already.
 * https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events
 */
export function signEvent(
  event: JsonObject,
  version: RoomVersion,
  serverName: string,
  signer: Ed25519Signer,
): JsonObject {
  return addSignature(event, serverName, signer, signedText(event, version));
}

function addSignature(object: JsonObject, entity: string, signer: Ed25519Signer, text: string): JsonObject {
  const before = isJsonObject(object['signatures']) ? object['signatures'] : {};
  const own = isJsonObject(before[entity]) ? before[entity] : {};
  const signature = encodeBase64(signer.sign(text));
  const signatures = { ...before, [entity]: { ...own, [signer.keyId]: signature } };
  return Object.assign(Object.create(null), object, { signatures });
}

/**
 * Whether `object` carries a good signature of `entity` by this key (bytes, or base64 as on the wire). The caller knows
 * that the key is the entity's. https://spec.matrix.org/v1.19/appendices/#checking-for-a-signature
 */
export function verifyJsonSignature(
  object: JsonObject,
  entity: string,
  keyId: string,
  publicKey: Uint8Array | string,
  crypto: ProtocolCrypto,
): JsonSignatureVerdict {
  try {
    const message = encodeUtf8(canonicalJson(omitKeys(object, ['signatures', 'unsigned'])));
    return verifySignature(findSignature(object, entity, keyId), message, publicKey, crypto);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return invalid('not-canonical');
    throw error;
  }
}

/** Checks one signature, as it stands in an object, over the bytes that it covers. */
export function verifySignature(
  signature: string | undefined,
  message: Uint8Array,
  publicKey: Uint8Array | string,
  crypto: ProtocolCrypto,
): JsonSignatureVerdict {
  if (signature === undefined) return invalid('missing');
  const signatureBytes = decodeBase64(signature);
  if (signatureBytes?.length !== 64) return invalid('malformed-signature');
  const key = typeof publicKey === 'string' ? decodeBase64(publicKey) : publicKey;
  if (key === undefined || !checkEd25519PublicKey(key).ok) return invalid('unsafe-key');
  return crypto.verifyEd25519(key, message, signatureBytes) ? valid : invalid('wrong');
}

function findSignature(object: JsonObject, entity: string, keyId: string): string | undefined {
  const signature = signaturesOf(object, entity)[keyId];
  return typeof signature === 'string' ? signature : undefined;
}

/** The signatures of one entity by key id, as far as they are an object at all. */
export function signaturesOf(object: JsonObject, entity: string): JsonObject {
  const all = object['signatures'];
  // Own keys only: an entity may be called like a property that every object has.
  const own = isJsonObject(all) && Object.hasOwn(all, entity) ? all[entity] : undefined;
  return isJsonObject(own) ? own : {};
}
