import { invalidParam } from '@stafette/contracts';
import { checkEd25519PublicKey, decodeBase64, type JsonObject, type UserId } from '@stafette/protocol';
import { findCanonicalText } from './canonical-text.ts';
import type { CrossSigningUsage } from './store.ts';

/** A cross-signing key whose shape was checked: one Ed25519 key, for the use it was uploaded for. */
export interface CrossSigningKey {
  readonly usage: CrossSigningUsage;
  /** Unpadded base64; also the id of the key. */
  readonly publicKey: string;
  readonly json: JsonObject;
  /** Canonical text of `json`. */
  readonly text: string;
}

type UploadedKey = JsonObject & { readonly keys: Readonly<Record<string, string>>; readonly usage: readonly string[] };

/** Largest key with its signatures, in characters; everybody who asks for the user's keys is sent it. */
const MAX_KEY_CHARS = 10_000;

/** Reads an uploaded key; throws M_INVALID_PARAM with what is wrong. https://spec.matrix.org/v1.19/client-server-api/#cross-signing */
export function readCrossSigningKey(json: UploadedKey, userId: UserId, usage: CrossSigningUsage): CrossSigningKey {
  if (json['user_id'] !== userId) throw invalidParam(`The ${usage} key belongs to another user`);
  if (json.usage.length !== 1 || json.usage[0] !== usage)
    throw invalidParam(`The ${usage} key is not meant for this use alone`);
  const [entry, ...others] = Object.entries(json.keys);
  if (entry === undefined || others.length > 0) throw invalidParam(`The ${usage} key must hold exactly one key`);
  const [keyId, publicKey] = entry;
  if (keyId !== `ed25519:${publicKey}`) throw invalidParam(`The id of the ${usage} key must be its public key`);
  const bytes = decodeBase64(publicKey);
  if (bytes === undefined || !checkEd25519PublicKey(bytes).ok)
    throw invalidParam(`The ${usage} key is not a safe Ed25519 key`);
  const text = findCanonicalText(json);
  if (text === undefined)
    throw invalidParam(`The ${usage} key cannot be signed: it holds numbers that are not integers`);
  if (text.length > MAX_KEY_CHARS) throw invalidParam(`The ${usage} key is too large`);
  return { usage, publicKey, json, text };
}
