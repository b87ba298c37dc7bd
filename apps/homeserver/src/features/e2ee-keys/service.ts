import { invalidParam } from '@stafette/contracts';
import type { DeviceId, JsonObject, JsonValue, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import * as store from './store.ts';

/** Keys of one device as its upload names them: `algorithm:id` to the key. */
export type UploadedKeys = Readonly<Record<string, JsonValue>>;

export interface KeyUpload {
  readonly deviceKeys: JsonObject | undefined;
  readonly oneTimeKeys: UploadedKeys;
  readonly fallbackKeys: UploadedKeys;
}

export interface ClaimedKey {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** `algorithm:id`. */
  readonly keyId: string;
  readonly key: JsonValue;
}

/** Limits of one device; a client keeps 50 to 100 one-time keys. */
const MAX_ONE_TIME_KEYS = 1000;
const MAX_KEY_BYTES = 8 * 1024;

const readKeys = (keys: UploadedKeys): readonly store.NewKey[] =>
  Object.entries(keys).map(([name, key]) => {
    const [algorithm, keyId, ...rest] = name.split(':');
    if (algorithm === undefined || algorithm === '' || keyId === undefined || keyId === '' || rest.length > 0) {
      throw invalidParam('A key is not named algorithm:id');
    }
    const json = JSON.stringify(key);
    if (json.length > MAX_KEY_BYTES) throw invalidParam(`A key is larger than ${MAX_KEY_BYTES} bytes`);
    return { algorithm, keyId, json };
  });

interface Dependencies {
  readonly database: Database;
  readonly deviceLists: DeviceLists;
}

/** What devices publish so that others can start encrypted sessions with them. https://spec.matrix.org/v1.19/client-server-api/#key-and-signature-security */
export class DeviceKeys {
  readonly #database: Database;
  readonly #deviceLists: DeviceLists;

  constructor({ database, deviceLists }: Dependencies) {
    this.#database = database;
    this.#deviceLists = deviceLists;
  }

  /** Adds keys; the same upload twice changes nothing, another key under a used id is refused. */
  async upload(userId: UserId, deviceId: DeviceId, upload: KeyUpload): Promise<Record<string, number>> {
    const oneTimeKeys = readKeys(upload.oneTimeKeys);
    const fallbackKeys = readKeys(upload.fallbackKeys);
    const { deviceKeys } = upload;
    if (deviceKeys !== undefined && (deviceKeys['user_id'] !== userId || deviceKeys['device_id'] !== deviceId)) {
      throw invalidParam('The device keys belong to another user or device');
    }
    if (oneTimeKeys.length > 0 || fallbackKeys.length > 0) await this.#addSessionKeys(userId, deviceId, oneTimeKeys, fallbackKeys);
    if (deviceKeys !== undefined) {
      const { unsigned: _unsigned, ...published } = deviceKeys;
      const json = JSON.stringify(published);
      await this.#deviceLists.change(userId, async (tx) => ({
        isChanged: await store.upsertDeviceKeys(tx, userId, deviceId, json),
        result: undefined,
      }));
    }
    return (await this.counts(userId, deviceId)).oneTimeKeys;
  }

  /** What is left of a device's keys; part of each sync answer. */
  async counts(userId: UserId, deviceId: DeviceId): Promise<{ readonly oneTimeKeys: Record<string, number>; readonly unusedFallbackTypes: readonly string[] }> {
    const [counts, fallbacks] = await Promise.all([
      store.countOneTimeKeys(this.#database.reader, userId, deviceId),
      store.listUnusedFallbackAlgorithms(this.#database.reader, userId, deviceId),
    ]);
    const oneTimeKeys: Record<string, number> = { signed_curve25519: 0 };
    for (const { algorithm, count } of counts) oneTimeKeys[algorithm] = count;
    return { oneTimeKeys, unusedFallbackTypes: fallbacks.map((row) => row.algorithm) };
  }

  async listDeviceKeys(userIds: readonly UserId[]): Promise<readonly { userId: UserId; deviceId: DeviceId; keys: JsonObject }[]> {
    const rows = await store.listDeviceKeys(this.#database.reader, userIds);
    // Written by `upload` from an object.
    return rows.map((row) => ({ userId: row.user_id, deviceId: row.device_id, keys: JSON.parse(row.json) as JsonObject }));
  }

  /** One key for each claim, handed out once ever; the fallback key when a device has no other left. */
  async claim(claims: readonly store.KeyClaim[]): Promise<readonly ClaimedKey[]> {
    if (claims.length === 0) return [];
    const rows = await this.#database.write(async (tx) => {
      const taken = await store.takeOneTimeKeys(tx, claims);
      const served = new Set(taken.map((row) => `${row.user_id} ${row.device_id}`));
      const unserved = claims.filter((claim) => !served.has(`${claim.userId} ${claim.deviceId}`));
      return unserved.length === 0 ? taken : [...taken, ...(await store.useFallbackKeys(tx, unserved))];
    });
    return rows.map((row) => ({
      userId: row.user_id,
      deviceId: row.device_id,
      keyId: `${row.algorithm}:${row.key_id}`,
      // Written by `upload` from a JSON value.
      key: JSON.parse(row.json) as JsonValue,
    }));
  }

  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    await this.#deviceLists.change(userId, async (tx) => {
      await store.removeDevices(tx, userId, deviceIds);
      return { isChanged: true, result: undefined };
    });
  }

  async #addSessionKeys(userId: UserId, deviceId: DeviceId, oneTimeKeys: readonly store.NewKey[], fallbackKeys: readonly store.NewKey[]): Promise<void> {
    await this.#database.write(async (tx) => {
      const counts = await store.countOneTimeKeys(tx, userId, deviceId);
      const stored = counts.reduce((sum, row) => sum + row.count, 0);
      if (stored + oneTimeKeys.length > MAX_ONE_TIME_KEYS) throw invalidParam(`A device may have at most ${MAX_ONE_TIME_KEYS} one-time keys`);
      const present = new Map((await store.listOneTimeKeys(tx, userId, deviceId, oneTimeKeys)).map((row) => [`${row.algorithm}:${row.key_id}`, row.json]));
      for (const key of oneTimeKeys) {
        const json = present.get(`${key.algorithm}:${key.keyId}`);
        if (json !== undefined && json !== key.json) throw invalidParam(`One-time key ${key.algorithm}:${key.keyId} exists already with other content`);
      }
      await store.insertOneTimeKeys(tx, userId, deviceId, oneTimeKeys);
      await store.upsertFallbackKeys(tx, userId, deviceId, fallbackKeys);
    });
  }
}
