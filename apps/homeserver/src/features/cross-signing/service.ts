import { forbidden, invalidParam, MatrixError, missingParam, notFound } from '@stafette/contracts';
import {
  type JsonObject,
  type ProtocolCrypto,
  type UserId,
  verifyJsonSignature,
  readStoredJson,
} from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import type { CrossSigningKey } from './read-key.ts';
import * as store from './store.ts';

/** The published keys of one user, by use. */
export type CrossSigningKeys = Partial<Record<store.CrossSigningUsage, JsonObject>>;

export interface KeyUploadContext {
  /** Devices of the user: a key must not be named like one of them. */
  readonly deviceIds: readonly string[];
  /** The person has proved who they are, so that present keys may be replaced; `once`: an administrator permits it. */
  readonly mayReplace: boolean | 'once';
}

const PERMISSION_MS = 10 * 60 * 1000;

const invalidSignature = (message: string): MatrixError => new MatrixError(400, 'M_INVALID_SIGNATURE', message);

// Rows are written by `upload` from objects.
const readJson = (row: store.CrossSigningKeyRow): JsonObject => readStoredJson(row.json) as JsonObject;

/** Whether an upload brings another key than those present. Without a master key there is nothing to replace. */
function replaces(present: readonly store.CrossSigningKeyRow[], keys: readonly CrossSigningKey[]): boolean {
  const isPresent = (key: CrossSigningKey): boolean =>
    present.some((row) => row.usage === key.usage && row.public_key === key.publicKey);
  return present.some((row) => row.usage === 'master') && !keys.every(isPresent);
}

/** The identity of a person across devices. The server checks that it is consistent; clients check whom they trust. */
export class CrossSigning {
  readonly #database: Database;
  readonly #deviceLists: DeviceLists;
  readonly #crypto: ProtocolCrypto;
  readonly #clock: Clock;

  constructor(dependencies: {
    readonly database: Database;
    readonly clock: Clock;
    readonly deviceLists: DeviceLists;
    readonly crypto: ProtocolCrypto;
  }) {
    this.#database = dependencies.database;
    this.#deviceLists = dependencies.deviceLists;
    this.#crypto = dependencies.crypto;
    this.#clock = dependencies.clock;
  }

  /**
   * Lets somebody replace their keys once, within ten minutes, without proving again who they are. `together` happens in the
   * same transaction. Resolves to when that ends; throws M_NOT_FOUND when there is nothing to replace.
   */
  async permitReplacement(userId: UserId, together: (tx: WriteTx) => Promise<void>): Promise<number> {
    const untilMs = this.#clock.nowMs() + PERMISSION_MS;
    await this.#database.write(async (tx) => {
      const present = await store.listKeys(tx, [userId]);
      if (!present.some(({ usage }) => usage === 'master')) throw notFound('This user has no cross-signing keys');
      await together(tx);
      await store.permitReplacement(tx, userId, untilMs);
    });
    return untilMs;
  }

  async isReplacementPermitted(userId: UserId): Promise<boolean> {
    return store.isReplacementPermitted(this.#database.reader, userId, this.#clock.nowMs());
  }

  /**
   * Whether an upload would replace a key: then the person has to prove again who they are. The first upload, and the
   * same keys once more, are free.
   */
  async replacesKeys(userId: UserId, keys: readonly CrossSigningKey[]): Promise<boolean> {
    return replaces(await store.listKeys(this.#database.reader, [userId]), keys);
  }

  /**
   * Stores keys whose signatures hold. What a replaced key signed, and the signatures on it, go with it; so do keys that
   * only the replaced master key vouched for.
   */
  async upload(
    userId: UserId,
    keys: readonly CrossSigningKey[],
    { deviceIds, mayReplace }: KeyUploadContext,
  ): Promise<void> {
    if (keys.some((key) => deviceIds.includes(key.publicKey))) throw forbidden('A key has the id of a device');
    const change = async (tx: WriteTx): Promise<boolean> => {
      await store.lockKeysOf(tx, userId);
      const present = await store.listKeys(tx, [userId]);
      if (replaces(present, keys)) {
        if (!mayReplace) throw forbidden('Other keys were uploaded at the same moment');
        // Taken whether it was needed or not: it is for one replacement.
        const isPermitted = await store.takePermission(tx, userId);
        if (mayReplace === 'once' && !isPermitted) throw forbidden('Other keys were uploaded at the same moment');
      }
      const master = this.#checkedMaster(userId, keys, present);
      const outdated = present.filter((row) => {
        const successor = keys.find((key) => key.usage === row.usage);
        return successor === undefined
          ? row.usage !== 'master' && !this.#isSigned(readJson(row), userId, master)
          : successor.publicKey !== row.public_key;
      });
      await store.removeKeys(tx, userId, outdated);
      const rows = keys.map((key) => ({
        user_id: userId,
        usage: key.usage,
        public_key: key.publicKey,
        json: key.text,
      }));
      await store.upsertKeys(tx, rows);
      return rows.some((row) => present.find((known) => known.usage === row.usage)?.json !== row.json);
    };
    // Nobody else is ever shown a user-signing key.
    const audience = keys.every((key) => key.usage === 'user_signing') ? userId : undefined;
    await this.#deviceLists.change(userId, async (tx) => ({ isChanged: await change(tx), result: undefined }), {
      audience,
    });
  }

  /** Throws when a device would have the name of a key: clients could not tell which of them signed. */
  async assertNoKey(userId: UserId, deviceId: string): Promise<void> {
    const keys = await store.listKeys(this.#database.reader, [userId]);
    if (keys.some((key) => key.public_key === deviceId)) throw forbidden('A device cannot have the id of a key');
  }

  async listKeys(
    userIds: readonly UserId[],
    tx: ReadTx = this.#database.reader,
  ): Promise<ReadonlyMap<UserId, CrossSigningKeys>> {
    const keys = new Map<UserId, CrossSigningKeys>();
    for (const row of await store.listKeys(tx, userIds)) {
      const own = keys.get(row.user_id) ?? {};
      own[row.usage] = readJson(row);
      keys.set(row.user_id, own);
    }
    return keys;
  }

  /**
   * Signatures that were uploaded for keys of these users, as far as `viewer` may know them: whom somebody verified in
   * person is nobody else's business. Another server is shown the users' own.
   */
  async listSignatures(viewer: UserId | undefined, userIds: readonly UserId[]): Promise<readonly store.SignatureRow[]> {
    return store.listSignatures(this.#database.reader, viewer, userIds);
  }

  /** Adds checked signatures of one signer on keys of one user; those hear of it who are shown these signatures. */
  async addSignatures(signer: UserId, targetUserId: UserId, rows: readonly store.SignatureRow[]): Promise<void> {
    const audience = signer === targetUserId ? undefined : signer;
    await this.#deviceLists.change(
      targetUserId,
      async (tx) => ({ isChanged: (await store.upsertSignatures(tx, rows)) > 0, result: undefined }),
      { audience },
    );
  }

  /** Drops the signatures on devices that are gone, or that are others now under the same name. */
  async removeDeviceSignatures(tx: WriteTx, userId: UserId, deviceIds: readonly string[]): Promise<void> {
    await store.removeSignaturesOn(tx, userId, deviceIds);
  }

  /** The cross-signing keys of users, as unpadded base64. */
  async listPublicKeys(tx: ReadTx, userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, ReadonlySet<string>>> {
    const byUser = Map.groupBy(await store.listKeys(tx, userIds), (row) => row.user_id);
    return new Map([...byUser].map(([userId, rows]) => [userId, new Set(rows.map((row) => row.public_key))]));
  }

  /** Whether `json` carries a good signature of `signer` made with this Ed25519 key (unpadded base64). */
  isSignedWith(json: JsonObject, signer: UserId, keyId: string, publicKey: string): boolean {
    return verifyJsonSignature(json, signer, keyId, publicKey, this.#crypto).ok;
  }

  /** The master key that holds after an upload, which must have signed the upload's other keys. */
  #checkedMaster(
    userId: UserId,
    keys: readonly CrossSigningKey[],
    present: readonly store.CrossSigningKeyRow[],
  ): string {
    const master =
      keys.find((key) => key.usage === 'master')?.publicKey ??
      present.find((row) => row.usage === 'master')?.public_key;
    if (master === undefined) throw missingParam('A master key is needed first');
    for (const { usage, publicKey, json } of keys) {
      if (usage === 'master') continue;
      if (publicKey === master) throw invalidParam(`The ${usage} key is the master key`);
      if (!this.#isSigned(json, userId, master))
        throw invalidSignature(`The ${usage} key is not signed by the master key`);
    }
    return master;
  }

  #isSigned(json: JsonObject, userId: UserId, publicKey: string): boolean {
    return this.isSignedWith(json, userId, `ed25519:${publicKey}`, publicKey);
  }
}
