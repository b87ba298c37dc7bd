import type { clientServer } from '@stafette/contracts';
import {
  type JsonObject,
  type JsonValue,
  parseDeviceId,
  parseUserId,
  type ServerName,
  serverNameOf,
} from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { DeviceKeys } from '../service.ts';

/** Other names were never stored. */
const ALGORITHM = /^[\x21-\x7e]{1,255}$/;

export const claimKeys =
  (deviceKeys: DeviceKeys, serverName: ServerName): Handler<typeof clientServer.claimKeys> =>
  async ({ body }) => {
    const failures: Record<string, JsonObject> = Object.create(null);
    const claims = Object.entries(body.one_time_keys).flatMap(([rawUserId, devices]) => {
      const userId = parseUserId(rawUserId);
      if (userId === undefined) return [];
      if (serverNameOf(userId) !== serverName) {
        failures[serverNameOf(userId)] = { message: 'This server cannot be reached' };
        return [];
      }
      return Object.entries(devices).flatMap(([rawDeviceId, algorithm]) => {
        const deviceId = parseDeviceId(rawDeviceId);
        return deviceId === undefined || !ALGORITHM.test(algorithm) ? [] : [{ userId, deviceId, algorithm }];
      });
    });
    const one_time_keys: Record<string, Record<string, Record<string, JsonValue>>> = Object.create(null);
    for (const { userId, deviceId, keyId, key } of await deviceKeys.claim(claims)) {
      const devices = (one_time_keys[userId] ??= Object.create(null) as Record<string, Record<string, JsonValue>>);
      devices[deviceId] = { [keyId]: key };
    }
    return { one_time_keys, failures };
  };
