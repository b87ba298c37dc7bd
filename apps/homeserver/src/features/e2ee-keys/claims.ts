import { parseDeviceId, type DeviceId, type JsonValue, type UserId } from '@stafette/protocol';
import { emptyRecord } from './own-keys.ts';
import type { DeviceKeys } from './service.ts';
import type { KeyClaim } from './store.ts';

/** For each device, the algorithm of which a key is wanted. */
export type WantedOneTimeKeys = ReadonlyMap<UserId, Readonly<Record<string, string>>>;

/** By user and device, each a key by `algorithm:id`. */
export type OneTimeKeys = Record<string, Record<string, Record<string, JsonValue>>>;

/** Other names were never stored. */
const ALGORITHM = /^[\x21-\x7e]{1,255}$/;

const claimsOf = (userId: UserId, devices: Readonly<Record<string, string>>): readonly KeyClaim[] =>
  Object.entries(devices).flatMap(([text, algorithm]) => {
    const deviceId = parseDeviceId(text);
    return deviceId === undefined || !ALGORITHM.test(algorithm) ? [] : [{ userId, deviceId, algorithm }];
  });

export function addKey(keys: OneTimeKeys, userId: UserId, deviceId: DeviceId, keyId: string, key: JsonValue): void {
  const devices = (keys[userId] ??= emptyRecord<Record<string, JsonValue>>());
  devices[deviceId] = { [keyId]: key };
}

/** Takes keys of users of this server, each handed out once ever. */
export async function claimOwnKeys(wanted: WantedOneTimeKeys, deviceKeys: DeviceKeys): Promise<OneTimeKeys> {
  const claims = [...wanted].flatMap(([userId, devices]) => claimsOf(userId, devices));
  const keys: OneTimeKeys = emptyRecord();
  for (const { userId, deviceId, keyId, key } of await deviceKeys.claim(claims))
    addKey(keys, userId, deviceId, keyId, key);
  return keys;
}
