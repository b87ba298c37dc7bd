import { forbidden, invalidParam, notFound, tooLarge } from '@stafette/contracts';
import { parseDeviceId, readStoredJson, type DeviceId, type JsonObject, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { DeviceKeys, KeyUpload } from '../e2ee-keys/index.ts';
import type { Sessions } from '../identity/index.ts';
import type { ToDevice } from '../to-device/index.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly deviceKeys: DeviceKeys;
  readonly toDevice: ToDevice;
}

export interface NewDehydratedDevice {
  readonly deviceId: string;
  readonly data: JsonObject;
  readonly displayName: string | undefined;
  readonly keys: KeyUpload;
}

/** Characters of the sealed part. A device with a hundred keys has some 10,000. */
const MAX_DATA_CHARS = 65_536;
const BATCH = 100;

/**
 * At most one device of each person that nobody uses: it publishes keys and receives, and a later device of its person
 * opens it. For everybody else it is a device like any other. https://github.com/matrix-org/matrix-spec-proposals/pull/3814
 */
export class DehydratedDevices {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. The new device, its keys and its sealed part are there at once, in place of those before.
   * 2. The devices before it go, also one that a crash left behind.
   */
  async put(userId: UserId, device: NewDehydratedDevice): Promise<DeviceId> {
    const { sessions, deviceKeys } = this.#d;
    const deviceId = parseDeviceId(device.deviceId);
    if (deviceId === undefined) throw invalidParam('The device id is malformed');
    const data = JSON.stringify(device.data);
    if (data.length > MAX_DATA_CHARS) throw tooLarge(`A dehydrated device may have ${MAX_DATA_CHARS} characters`);
    await deviceKeys.upload(userId, deviceId, device.keys, async (tx) => {
      if (!(await sessions.addDormant(tx, userId, deviceId, device.displayName)))
        throw invalidParam('There is another device of this name');
      await store.upsert(tx, userId, { device_id: deviceId, device_data: data });
    });
    const dormant = await sessions.listDormant(userId);
    await sessions.close(
      userId,
      dormant.filter((id) => id !== deviceId),
    );
    return deviceId;
  }

  /** Throws M_NOT_FOUND when there is none, which tells clients that there could be one. */
  async get(userId: UserId): Promise<{ readonly deviceId: DeviceId; readonly data: JsonObject }> {
    const row = await store.find(this.#d.database.reader, userId);
    if (row === undefined) throw notFound('You have no dehydrated device');
    // Written by `put` from an object.
    return { deviceId: row.device_id, data: readStoredJson(row.device_data) as JsonObject };
  }

  async remove(userId: UserId): Promise<DeviceId> {
    const { deviceId } = await this.get(userId);
    await this.#d.sessions.close(userId, [deviceId]);
    return deviceId;
  }

  /** What was sent to the device after a place; from the beginning without one. */
  async listEvents(userId: UserId, deviceId: string, after: string | undefined) {
    const row = await store.find(this.#d.database.reader, userId);
    if (row?.device_id !== deviceId) throw forbidden('This is not your dehydrated device');
    const { events, upTo } = await this.#d.toDevice.take(userId, row.device_id, Number(after ?? 0), BATCH);
    return { events, nextBatch: String(upTo) };
  }

  /** For devices that were signed out. */
  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    await this.#d.database.write((tx) => store.remove(tx, userId, deviceIds));
  }
}
