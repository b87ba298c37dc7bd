import { CanonicalJsonError } from './canonical-json.ts';
import type { ProtocolCrypto } from './crypto.ts';
import { signedText } from './hashes.ts';
import { parseUserId, serverNameOf, type ServerName } from './identifiers.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { RoomVersion } from './room-versions/room-version.ts';
import { signaturesOf, type SignatureFault, verifySignature } from './signatures.ts';
import { encodeUtf8 } from './utf8.ts';

/** A server's key as it was published. */
export interface ServerVerifyKey {
  readonly publicKey: Uint8Array;
  /**
   * Until when the server vouches for the key, in ms: of `valid_until_ts` and seven days from its fetch the lesser. Room
   * versions from 5 on ask that it is not before the event's `origin_server_ts`.
   */
  readonly validUntilTs: number;
  /** Set for a key that the server has retired, in ms: it signs no event that is younger, in any room version. */
  readonly expiredTs?: number;
}

/** The key that this server published under this id, if it is known. */
export type FindServerKey = (serverName: ServerName, keyId: string) => ServerVerifyKey | undefined;

export type EventSignatureVerdict =
  | { readonly ok: true }
  /** A required server has not signed at all, or with retired keys only. */
  | { readonly ok: false; readonly reason: 'missing' | 'expired-key'; readonly serverName: ServerName }
  /** Nothing can be said before one of these keys is fetched, or fetched anew. */
  | {
      readonly ok: false;
      readonly reason: 'unknown-key' | 'key-needs-refresh';
      readonly serverName: ServerName;
      readonly keyIds: readonly string[];
    }
  | {
      readonly ok: false;
      readonly reason: Exclude<SignatureFault, 'missing'>;
      readonly serverName: ServerName;
      readonly keyId?: string;
    };

/**
 * The servers that must have signed an event: the sender's (unless it is a third-party invitation, which the server of
 * the invited user may send), in versions 1 and 2 that of the event id, and the one that authorized a restricted join.
 * https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 */
export function requiredSigners(event: JsonObject, version: RoomVersion): readonly ServerName[] {
  const servers = new Set<ServerName>();
  const content = isJsonObject(event['content']) ? event['content'] : {};
  const membership = event['type'] === 'm.room.member' ? content['membership'] : undefined;
  const isThirdPartyInvite = membership === 'invite' && content['third_party_invite'] !== undefined;
  if (!isThirdPartyInvite) addServerOf(event['sender'], servers);
  if (version.eventIdFormat === 'wire') addServerOf(event['event_id'], servers);
  if (version.allowsRestrictedJoin && membership === 'join') {
    addServerOf(content['join_authorised_via_users_server'], servers);
  }
  return [...servers];
}

function addServerOf(id: unknown, servers: Set<ServerName>): void {
  if (typeof id !== 'string') return;
  // An event id of version 1 has the form of a user id but for its sigil.
  const userId = parseUserId(`@${id.slice(1)}`);
  if (userId !== undefined) servers.add(serverNameOf(userId));
}

/**
 * Checks that each of these servers has signed the event. Of a server's signatures those by unknown or expired keys are
 * skipped; all others must hold, and there must be one.
 */
export function verifyEventSignatures(
  event: JsonObject,
  version: RoomVersion,
  requiredServers: readonly ServerName[],
  findKey: FindServerKey,
  crypto: ProtocolCrypto,
): EventSignatureVerdict {
  const message = findMessage(event, version);
  for (const serverName of requiredServers) {
    if (message === undefined) return { ok: false, reason: 'not-canonical', serverName };
    const verdict = verifyServer(event, version, serverName, message, findKey, crypto);
    if (!verdict.ok) return verdict;
  }
  return { ok: true };
}

function findMessage(event: JsonObject, version: RoomVersion): Uint8Array | undefined {
  try {
    return encodeUtf8(signedText(event, version));
  } catch (error) {
    if (error instanceof CanonicalJsonError) return undefined;
    throw error;
  }
}

function verifyServer(
  event: JsonObject,
  version: RoomVersion,
  serverName: ServerName,
  message: Uint8Array,
  findKey: FindServerKey,
  crypto: ProtocolCrypto,
): EventSignatureVerdict {
  const signatures = Object.entries(signaturesOf(event, serverName)).filter(([keyId]) => keyId.startsWith('ed25519:'));
  if (signatures.length === 0) return { ok: false, reason: 'missing', serverName };
  const unknownKeyIds: string[] = [];
  const staleKeyIds: string[] = [];
  let validCount = 0;
  for (const [keyId, signature] of signatures) {
    const key = findKey(serverName, keyId);
    const usability = key === undefined ? 'unknown' : usabilityOf(key, event, version);
    if (usability === 'unknown') unknownKeyIds.push(keyId);
    if (usability === 'stale') staleKeyIds.push(keyId);
    if (key === undefined || usability !== 'usable') continue;
    const text = typeof signature === 'string' ? signature : '';
    const verdict = verifySignature(text, message, key.publicKey, crypto);
    if (!verdict.ok) return { ok: false, reason: notMissing(verdict.reason), serverName, keyId };
    validCount += 1;
  }
  if (validCount > 0) return { ok: true };
  if (staleKeyIds.length > 0) return { ok: false, reason: 'key-needs-refresh', serverName, keyIds: staleKeyIds };
  if (unknownKeyIds.length > 0) return { ok: false, reason: 'unknown-key', serverName, keyIds: unknownKeyIds };
  return { ok: false, reason: 'expired-key', serverName };
}

function usabilityOf(key: ServerVerifyKey, event: JsonObject, version: RoomVersion): 'usable' | 'expired' | 'stale' {
  const originServerTs = event['origin_server_ts'];
  // Without a time no key can be shown to have been valid.
  const ts = typeof originServerTs === 'number' ? originServerTs : Number.POSITIVE_INFINITY;
  if (key.expiredTs !== undefined) return ts <= key.expiredTs ? 'usable' : 'expired';
  return !version.enforcesKeyValidity || key.validUntilTs >= ts ? 'usable' : 'stale';
}

/** A signature that is no string was passed as an empty one, so "missing" cannot come back. */
function notMissing(reason: SignatureFault): Exclude<SignatureFault, 'missing'> {
  return reason === 'missing' ? 'malformed-signature' : reason;
}
