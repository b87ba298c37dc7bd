import { badJson, invalidParam } from '@stafette/contracts';
import type { DeviceId, JsonObject, JsonValue, UserId } from '@stafette/protocol';
import { findCanonicalText } from '../cross-signing/index.ts';
import type { NewKey } from './store.ts';

/** Keys of one device as its upload names them: `algorithm:id` to the key. */
export type UploadedKeys = Readonly<Record<string, JsonValue>>;

/** Largest one-time or fallback key, and largest device keys with their signatures, in characters of canonical JSON. */
const MAX_KEY_CHARS = 8_000;
const MAX_DEVICE_KEYS_CHARS = 10_000;

/** `algorithm:id`, both without white space and short enough for an index. */
const KEY_NAME = /^([\x21-\x39\x3b-\x7e]{1,255}):([\x21-\x39\x3b-\x7e]{1,255})$/;

function readText(value: JsonValue, name: string, maxChars: number): string {
  const text = findCanonicalText(value);
  if (text === undefined) throw invalidParam(`${name} cannot be signed: it holds numbers that are not integers`);
  if (text.length > maxChars) throw invalidParam(`${name} is too large`);
  return text;
}

/** Reads one-time keys; throws M_INVALID_PARAM. https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys */
export function readSessionKeys(keys: UploadedKeys): readonly NewKey[] {
  return Object.entries(keys).map(([name, key]) => {
    const [, algorithm, keyId] = KEY_NAME.exec(name) ?? [];
    if (algorithm === undefined || keyId === undefined) throw invalidParam('A key is not named algorithm:id');
    return { algorithm, keyId, json: readText(key, `The key ${name}`, MAX_KEY_CHARS) };
  });
}

/** As {@link readSessionKeys}: a device has one fallback key for each algorithm. */
export function readFallbackKeys(keys: UploadedKeys): readonly NewKey[] {
  const read = readSessionKeys(keys);
  if (new Set(read.map((key) => key.algorithm)).size < read.length)
    throw invalidParam('There can be one fallback key for each algorithm');
  return read;
}

/** Canonical text of the keys of one device without `unsigned`; throws when they are another's or not complete. */
export function readDeviceKeys(deviceKeys: JsonObject, userId: UserId, deviceId: DeviceId): string {
  if (deviceKeys['user_id'] !== userId || deviceKeys['device_id'] !== deviceId)
    throw invalidParam('The device keys belong to another user or device');
  if (deviceKeys['algorithms'] === undefined || deviceKeys['keys'] === undefined)
    throw badJson('The device keys lack algorithms or keys');
  const { unsigned: _unsigned, ...published } = deviceKeys;
  return readText(published, 'The device keys', MAX_DEVICE_KEYS_CHARS);
}
