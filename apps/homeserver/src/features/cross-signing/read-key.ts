import { invalidParam } from '@stafette/contracts';
import { checkEd25519PublicKey, decodeBase64, type JsonObject, type UserId } from '@stafette/protocol';
import type { CrossSigningUsage } from './store.ts';

/** A cross-signing key whose shape was checked: one Ed25519 key, for the use it was uploaded for. */
export interface CrossSigningKey {
  readonly usage: CrossSigningUsage;
  /** Unpadded base64; also the id of the key. */
  readonly publicKey: string;
  readonly bytes: Uint8Array;
  readonly json: JsonObject;
}

/** Reads an uploaded key; throws M_INVALID_PARAM with what is wrong. https://spec.matrix.org/v1.19/client-server-api/#cross-signing */
export function readCrossSigningKey(json: JsonObject & { readonly keys: Readonly<Record<string, string>>; readonly usage: readonly string[] }, userId: UserId, usage: CrossSigningUsage): CrossSigningKey {
  if (json['user_id'] !== userId) throw invalidParam(`The ${usage} key belongs to another user`);
  if (!json.usage.includes(usage)) throw invalidParam(`The ${usage} key is not meant for this use`);
  const [entry, ...others] = Object.entries(json.keys);
  if (entry === undefined || others.length > 0) throw invalidParam(`The ${usage} key must hold exactly one key`);
  const [keyId, publicKey] = entry;
  if (keyId !== `ed25519:${publicKey}`) throw invalidParam(`The id of the ${usage} key must be its public key`);
  const bytes = decodeBase64(publicKey);
  if (bytes === undefined || !checkEd25519PublicKey(bytes).ok) throw invalidParam(`The ${usage} key is not a safe Ed25519 key`);
  return { usage, publicKey, bytes, json };
}
