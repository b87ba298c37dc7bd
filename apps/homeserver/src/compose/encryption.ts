import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx } from '../database/database.ts';
import { CrossSigning } from '../features/cross-signing/index.ts';
import { DehydratedDevices } from '../features/dehydrated-devices/index.ts';
import { DeviceLists } from '../features/device-lists/index.ts';
import { DeviceKeys, RemoteKeys } from '../features/e2ee-keys/index.ts';
import { KeyBackup } from '../features/key-backup/index.ts';
import { protocolCrypto } from '../features/server-keys/index.ts';
import { createToDevice } from '../features/to-device/index.ts';
import type { Basis } from './basis.ts';
import type { Identity } from './identity.ts';
import type { Rooms } from './rooms.ts';

/** What devices need to encrypt for each other. The server sees public keys and sealed messages. */
export async function composeEncryption(
  { database, clock, notifier }: Basis,
  { sessions }: Identity,
  { companions, roomEvents, circle, federation }: Rooms,
) {
  const deviceLists = await DeviceLists.open({ database, notifier, roomEvents, companions });
  sessions.onOpened(async (userId) => deviceLists.announceLogIn(userId));
  const crossSigning = new CrossSigning({ database, clock, deviceLists, crypto: protocolCrypto });
  const deviceKeys = new DeviceKeys({ database, deviceLists, crossSigning });
  const listDeviceIds = async (
    tx: ReadTx,
    userIds: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, readonly DeviceId[]>> => {
    const byUser = Map.groupBy(await sessions.listDevices(userIds, tx), (device) => device.user_id);
    return new Map([...byUser].map(([userId, devices]) => [userId, devices.map((device) => device.device_id)]));
  };
  const listDeviceNames = async (
    userIds: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, ReadonlyMap<DeviceId, string | undefined>>> => {
    const byUser = Map.groupBy(await sessions.listDevices(userIds), (device) => device.user_id);
    return new Map(
      [...byUser].map(([userId, devices]) => [
        userId,
        new Map(devices.map((device) => [device.device_id, device.display_name ?? undefined])),
      ]),
    );
  };
  const remoteKeys = new RemoteKeys({ circle, federation });
  const toDevice = await createToDevice({ database, clock, notifier, listDeviceIds });
  const dehydratedDevices = new DehydratedDevices({ database, sessions, deviceKeys, toDevice });
  const keyBackup = new KeyBackup(database);
  return {
    deviceLists,
    crossSigning,
    deviceKeys,
    remoteKeys,
    toDevice,
    dehydratedDevices,
    keyBackup,
    listDeviceIds,
    listDeviceNames,
  };
}

export type Encryption = Awaited<ReturnType<typeof composeEncryption>>;
