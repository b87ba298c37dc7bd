import { decodeBase64, decodeBase64Url, encodeBase64 } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ProtocolCrypto } from './crypto.ts';
import type { Pdu } from './events/pdu.ts';
import { signedText } from './hashes.ts';
import { parseServerName, type ServerName } from './identifiers.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { RoomVersion } from './room-versions/room-version.ts';
import { signaturesOf, verifySignature, type JsonSignatureVerdict } from './signatures.ts';
import { encodeUtf8 } from './utf8.ts';

/** The key under which a policy server signs, whatever room it is in. */
export const POLICY_SERVER_KEY_ID = 'ed25519:policy_server';

/** Who checks what is sent into a room. https://spec.matrix.org/v1.19/server-server-api/#policy-servers */
export interface PolicyServer {
  readonly via: ServerName;
  /** Base64 as it stands in the room; whether it is a key at all shows when a signature is checked. */
  readonly publicKey: string;
}

/** The policy server that `m.room.policy` names; without all of its members the room has none. */
export function readPolicyServer(content: JsonObject): PolicyServer | undefined {
  const { via, public_keys: keys } = content;
  const publicKey = isJsonObject(keys) ? keys['ed25519'] : undefined;
  if (typeof via !== 'string' || typeof publicKey !== 'string') return undefined;
  const serverName = parseServerName(via);
  return serverName === undefined ? undefined : { via: serverName, publicKey };
}

/** The event that says who checks: it is never checked itself, so that a room can part from a server that is gone. */
export const isPolicyEvent = ({ type, stateKey }: { readonly type: string; readonly stateKey?: string }): boolean =>
  type === 'm.room.policy' && stateKey === '';

/** Whether this is a signature of the room's policy server over the event. */
export function verifyPolicySignature(
  pdu: Pdu,
  version: RoomVersion,
  signature: string | undefined,
  { publicKey }: PolicyServer,
  crypto: ProtocolCrypto,
): JsonSignatureVerdict {
  // Both alphabets are in use for the key.
  const key = decodeBase64(publicKey) ?? decodeBase64Url(publicKey);
  if (key === undefined) return { ok: false, reason: 'unsafe-key' };
  return verifySignature(signature, encodeUtf8(signedText(pdu.json, version)), key, crypto);
}

/**
 * The event with the policy server's signature beside those that it has, and the text of the whole. Signatures are not
 * covered by the hash that names the event, which so keeps its id.
 */
export function addPolicySignature(
  pdu: Pdu,
  signature: string,
  { via }: PolicyServer,
): { readonly pdu: Pdu; readonly canonicalText: string } {
  const before = isJsonObject(pdu.json['signatures']) ? pdu.json['signatures'] : {};
  const own = { ...signaturesOf(pdu.json, via), [POLICY_SERVER_KEY_ID]: withoutPadding(signature) };
  const signatures = Object.assign(Object.create(null), before, { [via]: own }) as JsonObject;
  const json = Object.assign(Object.create(null), pdu.json, { signatures }) as JsonObject;
  return { pdu: { ...pdu, json }, canonicalText: canonicalJson(json) };
}

const withoutPadding = (signature: string): string => encodeBase64(decodeBase64(signature) ?? new Uint8Array());
