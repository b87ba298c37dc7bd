import { type DeviceId, type JsonObject, type JsonValue, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { WriteGroup } from '../../database/write-group.ts';
import { Turns } from '../../platform/turns.ts';
import { KeyCountCache, type KeyCounts } from './key-counts.ts';
import { readDeviceKeys, readFallbackKeys, readSessionKeys, type UploadedKeys } from './read-keys.ts';
import { serveClaims } from './serve-claims.ts';
import * as store from './store.ts';
import {
  byAlgorithm,
  writeUploads,
  type PreparedUpload,
  type UploadDependencies,
  type UploadOutcome,
} from './write-uploads.ts';

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

/** Clients read the absence of the usual algorithm as "no news" instead of zero. */
const withUsualAlgorithm = (counts: KeyCounts['oneTimeKeys']): KeyCounts['oneTimeKeys'] => ({
  signed_curve25519: 0,
  ...counts,
});

// Written by `upload` from an object.
const readObject = (text: string): JsonObject => readStoredJson(text) as JsonObject;

interface Dependencies extends UploadDependencies {
  readonly database: Database;
}

/** What devices publish so that others can start encrypted sessions with them. https://spec.matrix.org/v1.19/client-server-api/#key-and-signature-security */
export class DeviceKeys {
  readonly #database: Database;
  readonly #deviceLists: UploadDependencies['deviceLists'];
  readonly #crossSigning: UploadDependencies['crossSigning'];
  readonly #counts = new KeyCountCache();
  readonly #claims: WriteGroup<readonly store.KeyClaim[], readonly store.StoredKey[]>;
  readonly #turns = new Turns();
  readonly #write: (uploads: readonly PreparedUpload[]) => Promise<readonly UploadOutcome[]>;
  readonly #uploads: WriteGroup<PreparedUpload, UploadOutcome>;

  constructor(dependencies: Dependencies) {
    const { database, deviceLists, crossSigning } = dependencies;
    this.#database = database;
    this.#deviceLists = deviceLists;
    this.#crossSigning = crossSigning;
    this.#claims = new WriteGroup((requests) => serveClaims(database, requests));
    this.#write = (uploads) => writeUploads(dependencies, uploads);
    this.#uploads = new WriteGroup(this.#write);
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
    if (deviceKeys === undefined && oneTimeKeys.length + fallbackKeys.length === 0)
      return (await this.counts(userId, deviceId)).oneTimeKeys;
    const prepared = { userId, deviceId, deviceKeys, oneTimeKeys, fallbackKeys, alongside };
    // One upload of a device after the other: each is judged by what the one before left.
    const outcome = await this.#turns.take(`${userId} ${deviceId}`, async () =>
      alongside === undefined ? this.#uploads.add(prepared) : (await this.#write([prepared]))[0],
    );
    this.#counts.forget(userId, deviceId);
    if (outcome === undefined) throw new Error('every upload has an outcome');
    if ('refusal' in outcome) throw outcome.refusal;
    return withUsualAlgorithm(outcome.counts);
  }

  /** What is left of a device's keys; part of each sync answer. */
  async counts(userId: UserId, deviceId: DeviceId): Promise<KeyCounts> {
    return this.#counts.get(userId, deviceId, async () => {
      const [counts, fallbacks] = await Promise.all([
        store.countOneTimeKeys(this.#database.reader, [{ userId, deviceId }]),
        store.listUnusedFallbackAlgorithms(this.#database.reader, userId, deviceId),
      ]);
      return {
        oneTimeKeys: withUsualAlgorithm(byAlgorithm(counts)),
        unusedFallbackTypes: fallbacks.map((row) => row.algorithm),
      };
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
}
