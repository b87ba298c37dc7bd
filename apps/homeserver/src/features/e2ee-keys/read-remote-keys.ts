import { isJsonObject, parseDeviceId, type JsonObject, type JsonValue, type UserId } from '@stafette/protocol';
import { addKey, type OneTimeKeys, type WantedOneTimeKeys } from './claims.ts';
import { emptyRecord, type PublishedKeys, type WantedKeys } from './own-keys.ts';

/** UTF-16 units of a device's name that is shown. */
const MAX_NAME_LENGTH = 256;

const memberOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const isTexts = (value: JsonValue | undefined): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isTextRecord = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && isTexts(Object.values(value).map((each) => each ?? null));

const isSignatures = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && Object.values(value).every(isTextRecord);

/** Keys of a device as their server tells them, with its name at most besides; undefined when they are not this device's. */
function readDevice(value: JsonValue | undefined, userId: UserId, deviceId: string): JsonObject | undefined {
  if (!isJsonObject(value) || value['user_id'] !== userId || value['device_id'] !== deviceId) return undefined;
  if (!isTexts(value['algorithms']) || !isTextRecord(value['keys']) || !isSignatures(value['signatures']))
    return undefined;
  const { unsigned, ...published } = value;
  const name = memberOf(unsigned, 'device_display_name');
  const isShown = typeof name === 'string' && name.length <= MAX_NAME_LENGTH;
  return { ...published, unsigned: isShown ? { device_display_name: name } : {} };
}

function readCrossSigningKey(value: JsonValue | undefined, userId: UserId, usage: string): JsonObject | undefined {
  if (!isJsonObject(value) || value['user_id'] !== userId || !isTextRecord(value['keys'])) return undefined;
  const { keys, usage: usages, signatures } = value;
  // The one key by which it is known.
  if (!isJsonObject(keys) || Object.keys(keys).length !== 1) return undefined;
  const isSigned = signatures === undefined || isSignatures(signatures);
  return isSigned && isTexts(usages) && Array.isArray(usages) && usages.includes(usage) ? value : undefined;
}

/**
 * Adds what a server says that its users have published. Nobody else's keys are taken from it, nor any user-signing key.
 * Whoever was asked about is in `device_keys` then: a client asks again for ever about a user who is nowhere. False when the
 * answer is none.
 */
export function readPublishedKeys(
  content: JsonValue | undefined,
  wanted: WantedKeys,
  { device_keys, master_keys, self_signing_keys }: PublishedKeys,
): boolean {
  const told = memberOf(content, 'device_keys');
  if (!isJsonObject(told)) return false;
  for (const [userId, deviceIds] of wanted) {
    const devices = (device_keys[userId] = emptyRecord<JsonObject>());
    const toldOfUser = memberOf(told, userId);
    for (const [deviceId, value] of Object.entries(isJsonObject(toldOfUser) ? toldOfUser : {})) {
      const isWanted = deviceIds.length === 0 || deviceIds.includes(deviceId);
      const device =
        isWanted && parseDeviceId(deviceId) !== undefined ? readDevice(value, userId, deviceId) : undefined;
      if (device !== undefined) devices[deviceId] = device;
    }
    const master = readCrossSigningKey(memberOf(memberOf(content, 'master_keys'), userId), userId, 'master');
    if (master !== undefined) master_keys[userId] = master;
    const selfSigning = memberOf(memberOf(content, 'self_signing_keys'), userId);
    const selfSigningKey = readCrossSigningKey(selfSigning, userId, 'self_signing');
    if (selfSigningKey !== undefined) self_signing_keys[userId] = selfSigningKey;
  }
  return true;
}

const isOneTimeKey = (value: JsonValue | undefined): value is JsonValue =>
  typeof value === 'string' ||
  (isJsonObject(value) && typeof value['key'] === 'string' && isSignatures(value['signatures']));

/** Adds the keys that a server hands out, one for each device that was asked for. False when the answer is none. */
export function readOneTimeKeys(content: JsonValue | undefined, wanted: WantedOneTimeKeys, keys: OneTimeKeys): boolean {
  const told = memberOf(content, 'one_time_keys');
  if (!isJsonObject(told)) return false;
  for (const [userId, devices] of wanted) {
    for (const [text, algorithm] of Object.entries(devices)) {
      const deviceId = parseDeviceId(text);
      const ofDevice = memberOf(memberOf(told, userId), text);
      const found = Object.entries(isJsonObject(ofDevice) ? ofDevice : {}).find(
        ([keyId, key]) => keyId.startsWith(`${algorithm}:`) && isOneTimeKey(key),
      );
      if (deviceId !== undefined && found?.[1] !== undefined) addKey(keys, userId, deviceId, found[0], found[1]);
    }
  }
  return true;
}
