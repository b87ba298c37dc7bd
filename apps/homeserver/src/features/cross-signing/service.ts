import { forbidden, MatrixError, missingParam } from '@stafette/contracts';
import { type JsonObject, type ProtocolCrypto, type UserId, verifyJsonSignature } from '@stafette/protocol';
import type { Database, ReadTx } from '../../database/database.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import type { CrossSigningKey } from './read-key.ts';
import * as store from './store.ts';

/** The published keys of one user, by use. */
export type CrossSigningKeys = Partial<Record<store.CrossSigningUsage, JsonObject>>;

const invalidSignature = (message: string): MatrixError => new MatrixError(400, 'M_INVALID_SIGNATURE', message);

// Rows are written by `upload` from objects.
const readJson = (row: store.CrossSigningKeyRow): JsonObject => JSON.parse(row.json) as JsonObject;

/** The identity of a person across devices. The server checks that it is consistent; clients check whom they trust. */
export class CrossSigning {
  readonly #database: Database;
  readonly #deviceLists: DeviceLists;
  readonly #crypto: ProtocolCrypto;

  constructor(dependencies: { readonly database: Database; readonly deviceLists: DeviceLists; readonly crypto: ProtocolCrypto }) {
    this.#database = dependencies.database;
    this.#deviceLists = dependencies.deviceLists;
    this.#crypto = dependencies.crypto;
  }

  /**
   * Whether an upload would replace a key: then the person has to prove again who they are. The first upload, and the
   * same keys once more, are free.
   */
  async replacesKeys(userId: UserId, keys: readonly CrossSigningKey[]): Promise<boolean> {
    const present = new Map((await store.listKeys(this.#database.reader, [userId])).map((row) => [row.usage, row.public_key]));
    return present.has('master') && keys.some((key) => present.get(key.usage) !== key.publicKey);
  }

  /** Stores keys whose signatures hold. `deviceIds` are the user's: a key must not be named like one of them. */
  async upload(userId: UserId, keys: readonly CrossSigningKey[], deviceIds: readonly string[]): Promise<void> {
    if (keys.some((key) => deviceIds.includes(key.publicKey))) throw forbidden('A key has the id of a device');
    await this.#deviceLists.change(userId, async (tx) => {
      const present = await store.listKeys(tx, [userId]);
      const storedMaster = present.find((row) => row.usage === 'master');
      const master = keys.find((key) => key.usage === 'master')?.publicKey ?? storedMaster?.public_key;
      if (master === undefined) throw missingParam('A master key is needed first');
      for (const key of keys) {
        if (key.usage !== 'master' && !this.#isSigned(key.json, userId, master)) {
          throw invalidSignature(`The ${key.usage} key is not signed by the master key`);
        }
      }
      const replaced = present.filter((row) => keys.some((key) => key.usage === row.usage && key.publicKey !== row.public_key));
      await store.removeSignaturesOn(tx, userId, replaced.map((row) => row.public_key));
      const rows = keys.map((key) => ({ user_id: userId, usage: key.usage, public_key: key.publicKey, json: JSON.stringify(key.json) }));
      await store.upsertKeys(tx, rows);
      const isChanged = rows.some((row) => present.find((known) => known.usage === row.usage)?.json !== row.json);
      return { isChanged, result: undefined };
    });
  }

  async listKeys(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, CrossSigningKeys>> {
    return this.#keysOf(this.#database.reader, userIds);
  }

  /**
   * Signatures that were uploaded for keys of these users, as far as `viewer` may know them: whom somebody verified in
   * person is nobody else's business.
   */
  async listSignatures(viewer: UserId, userIds: readonly UserId[]): Promise<readonly store.SignatureRow[]> {
    const rows = await store.listSignatures(this.#database.reader, userIds);
    return rows.filter((row) => row.signer_user_id === viewer || row.signer_user_id === row.target_user_id);
  }

  /** Adds checked signatures; the owner of a key hears that it changed. */
  async addSignatures(targetUserId: UserId, rows: readonly store.SignatureRow[]): Promise<void> {
    await this.#deviceLists.change(targetUserId, async (tx) => ({
      isChanged: (await store.upsertSignatures(tx, rows)) > 0,
      result: undefined,
    }));
  }

  /** Whether `json` carries a good signature of `signer` made with this Ed25519 key (unpadded base64). */
  isSignedWith(json: JsonObject, signer: UserId, keyId: string, publicKey: string): boolean {
    return verifyJsonSignature(json, signer, keyId, publicKey, this.#crypto).ok;
  }

  #isSigned(json: JsonObject, userId: UserId, publicKey: string): boolean {
    return this.isSignedWith(json, userId, `ed25519:${publicKey}`, publicKey);
  }

  async #keysOf(tx: ReadTx, userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, CrossSigningKeys>> {
    const keys = new Map<UserId, CrossSigningKeys>();
    for (const row of await store.listKeys(tx, userIds)) {
      const own = keys.get(row.user_id) ?? {};
      own[row.usage] = readJson(row);
      keys.set(row.user_id, own);
    }
    return keys;
  }
}
