import { encodeBase64, encodeBase64Url } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ProtocolCrypto } from './crypto.ts';
import { type EventId, parseEventId } from './identifiers.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import type { RoomVersion } from './room-versions/room-version.ts';

/** A copy without these keys. */
export function omitKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  // Without a prototype a key such as `__proto__` is copied like any other.
  const copy = Object.create(null) as Record<string, JsonObject[string]>;
  for (const key of Object.keys(object)) if (!keys.includes(key)) copy[key] = object[key];
  return copy;
}

/**
 * The hash that covers a whole event, unredacted, unpadded base64: what stands in `hashes.sha256`.
 * https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event
 */
export function contentHash(event: JsonObject, crypto: ProtocolCrypto): string {
  return encodeBase64(crypto.sha256(canonicalJson(omitKeys(event, ['hashes', 'signatures', 'unsigned']), 'lenient')));
}

/**
 * Whether `hashes.sha256` is the event's own hash. If not, the event may have been redacted on its way: go on with its
 * redacted form. https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 */
export function hasValidContentHash(event: JsonObject, crypto: ProtocolCrypto): boolean {
  const hashes = event['hashes'];
  if (!isJsonObject(hashes) || typeof hashes['sha256'] !== 'string') return false;
  return hashes['sha256'].replace(/=+$/, '') === contentHash(event, crypto);
}

/** The event with its content hash in `hashes`, in the place of any that it had. */
export function addContentHash(event: JsonObject, crypto: ProtocolCrypto): JsonObject {
  const hashed = omitKeys(event, ['hashes']);
  return Object.assign(Object.create(null), hashed, { hashes: { sha256: contentHash(event, crypto) } });
}

/** The text that signatures and the reference hash cover: the redacted event without what may be added later. */
export function signedText(event: JsonObject, version: RoomVersion): string {
  const redacted = omitKeys(redact(event, version), ['signatures', 'unsigned']);
  return canonicalJson(redacted, version.strictCanonicalJson ? 'strict' : 'lenient');
}

/**
 * The hash that names an event, 32 bytes: over its redacted form, so that it outlives redaction.
 * https://spec.matrix.org/v1.19/server-server-api/#calculating-the-reference-hash-for-an-event
 */
export function referenceHash(event: JsonObject, version: RoomVersion, crypto: ProtocolCrypto): Uint8Array {
  return crypto.sha256(signedText(event, version));
}

/** The id that a reference hash gives an event of this room version (3 and later). */
export function eventIdOfHash(hash: Uint8Array, version: RoomVersion): EventId {
  // A sigil and a hash in base64 are an event id by construction.
  return `$${version.eventIdFormat === 'hash-base64' ? encodeBase64(hash) : encodeBase64Url(hash)}` as EventId;
}

/**
 * The id of an event: its reference hash, or in room versions 1 and 2 the field on the wire (`undefined` if that is no
 * event id).
 */
export function eventIdOf(event: JsonObject, version: RoomVersion, crypto: ProtocolCrypto): EventId | undefined {
  if (version.eventIdFormat !== 'wire') return eventIdOfHash(referenceHash(event, version, crypto), version);
  const eventId = event['event_id'];
  return typeof eventId === 'string' && eventId.includes(':') ? parseEventId(eventId) : undefined;
}
