import {
  checkEd25519PublicKey,
  decodeBase64,
  isJsonObject,
  isSigningKeyId,
  verifyJsonSignature,
  type JsonObject,
  type JsonValue,
  type ProtocolCrypto,
  type ServerName,
} from '@stafette/protocol';

/** A key that another server signs or signed with. */
export interface RemoteKey {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  /** What was signed until then may be believed, in milliseconds. */
  readonly validUntilMs: number;
}

/** However long a server promises to use a key, it may be stolen meanwhile: "the lesser of this field and 7 days". */
const MAX_VALIDITY_MS = 7 * 24 * 60 * 60 * 1000;
/** Keys that are read of one answer, of those in use and of those before them. */
const MAX_KEYS = 64;

const objectIn = (object: JsonObject, name: string): JsonObject => {
  const member = object[name];
  return isJsonObject(member) ? member : {};
};

const isTime = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function readKeys(keys: JsonObject, validUntilOf: (key: JsonObject) => JsonValue | undefined): readonly RemoteKey[] {
  return Object.entries(keys)
    .slice(0, MAX_KEYS)
    .flatMap(([keyId, value]) => {
      if (!isSigningKeyId(keyId) || !isJsonObject(value) || typeof value['key'] !== 'string') return [];
      const publicKey = decodeBase64(value['key']);
      const validUntilMs = validUntilOf(value);
      const isKey = publicKey !== undefined && checkEd25519PublicKey(publicKey).ok;
      return isKey && isTime(validUntilMs) ? [{ keyId, publicKey, validUntilMs }] : [];
    });
}

/**
 * The keys in an answer to `/_matrix/key/v2/server`; undefined when it is not this server's word. Of the keys in use those
 * count that signed the answer, so that nobody publishes somebody else's.
 * https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server
 */
export function readServerKeys(
  answer: JsonValue | undefined,
  server: ServerName,
  nowMs: number,
  crypto: ProtocolCrypto,
): readonly RemoteKey[] | undefined {
  if (!isJsonObject(answer) || answer['server_name'] !== server) return undefined;
  const validUntil = answer['valid_until_ts'];
  const inUse = readKeys(objectIn(answer, 'verify_keys'), () =>
    isTime(validUntil) ? Math.min(validUntil, nowMs + MAX_VALIDITY_MS) : undefined,
  ).filter(({ keyId, publicKey }) => verifyJsonSignature(answer, server, keyId, publicKey, crypto).ok);
  if (inUse.length === 0) return undefined;
  const names = new Set(inUse.map(({ keyId }) => keyId));
  const before = readKeys(objectIn(answer, 'old_verify_keys'), ({ expired_ts: expired }) =>
    isTime(expired) ? Math.min(expired, nowMs) : undefined,
  ).filter(({ keyId }) => !names.has(keyId));
  return [...inUse, ...before];
}
