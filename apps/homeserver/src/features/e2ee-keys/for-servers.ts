import type { JsonObject, ServerName, UserId } from '@stafette/protocol';
import type { DeviceLists } from '../device-lists/index.ts';
import { listOwnKeys, type OwnKeysDependencies } from './own-keys.ts';

export interface ServerKeysDependencies extends OwnKeysDependencies {
  readonly serverName: ServerName;
  readonly deviceLists: Pick<DeviceLists, 'versionOf'>;
  /** Whether other servers are told what people call their devices. */
  readonly tellsDeviceNames: boolean;
}

export interface DevicesForServer {
  readonly user_id: UserId;
  readonly stream_id: number;
  readonly devices: { device_id: string; keys: JsonObject; device_display_name?: string }[];
  readonly master_key?: JsonObject;
  readonly self_signing_key?: JsonObject;
}

/** The devices of a user of this server in the words of its stream of changes; nobody has none. */
export async function listDevicesForServer(
  userId: UserId,
  { deviceLists, tellsDeviceNames, ...dependencies }: ServerKeysDependencies,
): Promise<DevicesForServer> {
  // Read first: what changes meanwhile is told again with a later version, and nothing is missed.
  const version = await deviceLists.versionOf(userId);
  const keys = await listOwnKeys(new Map([[userId, []]]), { seesDeviceNames: tellsDeviceNames }, dependencies);
  const devices = Object.entries(keys.device_keys[userId] ?? {}).map(([deviceId, { unsigned, ...published }]) => ({
    device_id: deviceId,
    keys: published,
    // Our own word, see `listOwnKeys`.
    ...(unsigned as { readonly device_display_name?: string }),
  }));
  const { [userId]: master } = keys.master_keys;
  const { [userId]: selfSigning } = keys.self_signing_keys;
  return {
    user_id: userId,
    stream_id: version,
    devices,
    ...(master === undefined ? {} : { master_key: master }),
    ...(selfSigning === undefined ? {} : { self_signing_key: selfSigning }),
  };
}
