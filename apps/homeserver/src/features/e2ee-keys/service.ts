import { forbidden, invalidParam } from '@stafette/contracts';
import { type DeviceId, type JsonObject, type JsonValue, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { WriteGroup } from '../../database/write-group.ts';
import { findSignedText, type CrossSigning } from '../cross-signing/index.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import { KeyCountCache, type KeyCounts } from './key-counts.ts';
import { readDeviceKeys, readFallbackKeys, readSessionKeys, type UploadedKeys } from './read-keys.ts';
import { serveClaims } from './serve-claims.ts';
import * as store from './store.ts';

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

/** A client keeps 50 to 100. */
const MAX_ONE_TIME_KEYS = 1000;

// Written by `upload` from an object.
const readObject = (text: string): JsonObject => readStoredJson(text) as JsonObject;

/** Clients read the absence of the usual algorithm as "no news" instead of zero. */
const byAlgorithm = (counts: readonly store.KeyCount[]): KeyCounts['oneTimeKeys'] => ({
  signed_curve25519: 0,
  ...Object.fromEntries(counts.map(({ algorithm, count }) => [algorithm, count])),
});

interface Dependencies {
  readonly database: Database;
  readonly deviceLists: DeviceLists;
  readonly crossSigning: Pick<CrossSigning, 'hasKey' | 'removeDeviceSignatures'>;
}

/** What devices publish so that others can start encrypted sessions with them. https://spec.matrix.org/v1.19/client-server-api/#key-and-signature-security */
export class DeviceKeys {
  readonly #database: Database;
  readonly #deviceLists: DeviceLists;
  readonly #crossSigning: Dependencies['crossSigning'];
  readonly #counts = new KeyCountCache();
  readonly #claims: WriteGroup<readonly store.KeyClaim[], readonly store.StoredKey[]>;

  constructor({ database, deviceLists, crossSigning }: Dependencies) {
    this.#database = database;
    this.#deviceLists = deviceLists;
    this.#crossSigning = crossSigning;
    this.#claims = new WriteGroup((requests) => serveClaims(database, requests));
  }

  /**
   * Adds keys, all or none; the same upload twice changes nothing, another key under a used id is refused. `alongside` is
   * written in the transaction of new device keys.
   */
  async upload(
    userId: UserId,
    deviceId: DeviceId,
    upload: KeyUpload,
    alongside?: (tx: WriteTx) => Promise<void>,
  ): Promise<KeyCounts['oneTimeKeys']> {
    const oneTimeKeys = readSessionKeys(upload.oneTimeKeys);
    const fallbackKeys = readFallbackKeys(upload.fallbackKeys);
    const deviceKeys = upload.deviceKeys && readDeviceKeys(upload.deviceKeys, userId, deviceId);
    const addSessionKeys = async (tx: WriteTx): Promise<readonly store.KeyCount[] | undefined> => {
      if (fallbackKeys.length > 0) await store.upsertFallbackKeys(tx, userId, deviceId, fallbackKeys);
      return oneTimeKeys.length > 0 ? this.#addOneTimeKeys(tx, userId, deviceId, oneTimeKeys) : undefined;
    };
    let counts: readonly store.KeyCount[] | undefined;
    if (deviceKeys !== undefined) {
      counts = await this.#deviceLists.change(userId, async (tx) => {
        await store.lockDevice(tx, userId, deviceId);
        await alongside?.(tx);
        const isChanged = await this.#putDeviceKeys(tx, userId, deviceId, deviceKeys);
        return { isChanged, result: await addSessionKeys(tx) };
      });
    } else if (oneTimeKeys.length > 0 || fallbackKeys.length > 0) {
      counts = await this.#database.write(async (tx) => {
        await store.lockDevice(tx, userId, deviceId);
        return addSessionKeys(tx);
      });
    }
    this.#counts.forget(userId, deviceId);
    return counts === undefined ? (await this.counts(userId, deviceId)).oneTimeKeys : byAlgorithm(counts);
  }

  /** What is left of a device's keys; part of each sync answer. */
  async counts(userId: UserId, deviceId: DeviceId): Promise<KeyCounts> {
    return this.#counts.get(userId, deviceId, async () => {
      const [counts, fallbacks] = await Promise.all([
        store.countOneTimeKeys(this.#database.reader, userId, deviceId),
        store.listUnusedFallbackAlgorithms(this.#database.reader, userId, deviceId),
      ]);
      return { oneTimeKeys: byAlgorithm(counts), unusedFallbackTypes: fallbacks.map((row) => row.algorithm) };
    });
  }

  async listDeviceKeys(
    userIds: readonly UserId[],
  ): Promise<readonly { userId: UserId; deviceId: DeviceId; keys: JsonObject }[]> {
    const rows = await store.listDeviceKeys(this.#database.reader, userIds);
    return rows.map((row) => ({ userId: row.user_id, deviceId: row.device_id, keys: readObject(row.json) }));
  }

  /** One key for each claim, handed out once ever; the fallback key when a device has no other left. */
  async claim(claims: readonly store.KeyClaim[]): Promise<readonly ClaimedKey[]> {
    if (claims.length === 0) return [];
    const rows = await this.#claims.add(claims);
    for (const row of rows) this.#counts.forget(row.user_id, row.device_id);
    return rows.map((row) => ({
      userId: row.user_id,
      deviceId: row.device_id,
      keyId: `${row.algorithm}:${row.key_id}`,
      // Written by `upload` from a JSON value.
      key: readStoredJson(row.json) as JsonValue,
    }));
  }

  /** For devices that were signed out. */
  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    await this.#deviceLists.change(userId, async (tx) => {
      await store.removeDevices(tx, userId, deviceIds);
      await this.#crossSigning.removeDeviceSignatures(tx, userId, deviceIds);
      return { isChanged: true, result: undefined };
    });
    for (const deviceId of deviceIds) this.#counts.forget(userId, deviceId);
  }

  /** Other keys under a known name are another device: what belonged to the one before is worthless and goes. */
  async #putDeviceKeys(tx: WriteTx, userId: UserId, deviceId: DeviceId, json: string): Promise<boolean> {
    const before = await store.findDeviceKeys(tx, userId, deviceId);
    if (before === json) return false;
    if (await this.#crossSigning.hasKey(tx, userId, deviceId))
      throw forbidden('This device has the name of a cross-signing key');
    if (before !== undefined && findSignedText(readObject(before)) !== findSignedText(readObject(json))) {
      await store.removeDevices(tx, userId, [deviceId]);
      await this.#crossSigning.removeDeviceSignatures(tx, userId, [deviceId]);
    }
    await store.upsertDeviceKeys(tx, userId, deviceId, json);
    return true;
  }

  async #addOneTimeKeys(
    tx: WriteTx,
    userId: UserId,
    deviceId: DeviceId,
    keys: readonly store.NewKey[],
  ): Promise<readonly store.KeyCount[]> {
    const { counts, conflict } = await store.addOneTimeKeys(tx, userId, deviceId, keys);
    if (conflict !== undefined) throw invalidParam(`One-time key ${conflict} exists already with other content`);
    if (counts.reduce((sum, { count }) => sum + count, 0) > MAX_ONE_TIME_KEYS)
      throw invalidParam(`A device may have at most ${MAX_ONE_TIME_KEYS} one-time keys`);
    return counts;
  }
}
