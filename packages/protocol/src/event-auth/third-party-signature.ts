import { decodeBase64, decodeBase64Url } from '../base64.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { ProtocolCrypto } from '../crypto.ts';
import { checkEd25519PublicKey } from '../ed25519-public-key.ts';
import { omitKeys } from '../hashes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { encodeUtf8 } from '../utf8.ts';

/**
 * How many pairs of a key and a signature are tried, both as listed. Real invitations have one signature and at most three
 * keys, but two events of 64 KiB can hold half a million pairs, and each costs a tenth of a millisecond.
 */
const maxAttempts = 1024;

/** The keys of an `m.room.third_party_invite` event: `public_key`, and `public_key` of each entry of `public_keys`. */
function publicKeysOf(content: JsonObject): readonly Uint8Array[] {
  const list: readonly JsonValue[] = Array.isArray(content['public_keys']) ? content['public_keys'] : [];
  const keys = [content['public_key'], ...list.map((entry) => (isJsonObject(entry) ? entry['public_key'] : undefined))];
  return [...new Set(keys)].flatMap((key) => decodeBytes(key, 32)).filter((key) => checkEd25519PublicKey(key).ok);
}

/** The Ed25519 signatures on an object, whoever made them: the keys to check them with come from the room, not by name. */
function signaturesOf(signed: JsonObject): readonly Uint8Array[] {
  const byServer = isJsonObject(signed['signatures']) ? Object.values(signed['signatures']) : [];
  return byServer.flatMap((byKey) =>
    isJsonObject(byKey)
      ? Object.entries(byKey).flatMap(([keyId, signature]) =>
          keyId.startsWith('ed25519:') ? decodeBytes(signature, 64) : [],
        )
      : [],
  );
}

/** Base64 of exactly that many bytes, as a list of one; an empty list for anything else. */
function decodeBytes(value: JsonValue | undefined, length: number): readonly Uint8Array[] {
  // Keys come in either alphabet. https://spec.matrix.org/v1.19/client-server-api/#mroomthird_party_invite
  const bytes = typeof value === 'string' ? (decodeBase64(value) ?? decodeBase64Url(value)) : undefined;
  return bytes?.length === length ? [bytes] : [];
}

/**
 * "If any signature in signed matches any public key in the m.room.third_party_invite event": `signed` is checked like any
 * signed JSON, without `signatures` and `unsigned`.
 * https://spec.matrix.org/v1.19/appendices/#checking-for-a-signature
 */
export function hasThirdPartySignature(signed: JsonObject, offer: JsonObject, crypto: ProtocolCrypto): boolean {
  const keys = publicKeysOf(offer);
  const signatures = signaturesOf(signed);
  if (keys.length === 0 || signatures.length === 0) return false;
  // Where canonical JSON is enforced there are no numbers for the lenient form to differ on.
  const message = encodeUtf8(canonicalJson(omitKeys(signed, ['signatures', 'unsigned']), 'lenient'));
  let attempts = 0;
  for (const signature of signatures) {
    for (const key of keys) {
      attempts += 1;
      if (attempts > maxAttempts) return false;
      if (crypto.verifyEd25519(key, message, signature)) return true;
    }
  }
  return false;
}
