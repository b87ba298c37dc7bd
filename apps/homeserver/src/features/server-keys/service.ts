import { encodeBase64, signJson, type Ed25519Signer, type JsonObject, type ServerName } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { createSigner } from './protocol-crypto.ts';
import { insertKey, listKeys, type SigningKeyRow } from './store.ts';

const SEED_BYTES = 32;
const KEY_NAME_BYTES = 4;
/** How long others may use a fetched answer before they ask again. */
const VALIDITY_MS = 24 * 60 * 60 * 1000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
}

/** The identity of this server among others: it signs every event and request. */
export class ServerKeys {
  readonly signer: Ed25519Signer;
  readonly #serverName: ServerName;
  readonly #clock: Clock;
  readonly #expired: readonly SigningKeyRow[];

  private constructor({ serverName, clock }: Dependencies, current: SigningKeyRow, expired: readonly SigningKeyRow[]) {
    this.#serverName = serverName;
    this.#clock = clock;
    this.#expired = expired;
    this.signer = createSigner(current.key_id, current.seed);
  }

  /** Loads the key, or makes one at the first start. */
  static async open(dependencies: Dependencies): Promise<ServerKeys> {
    const { database } = dependencies;
    let keys = await listKeys(database.reader);
    if (!keys.some((key) => key.expired_at === null)) {
      await database.write(async (tx) => insertKey(tx, newKey(dependencies)));
      keys = await listKeys(database.reader);
    }
    const current = keys.find((key) => key.expired_at === null);
    if (current === undefined) throw new Error('the signing key that was just written is not there');
    return new ServerKeys(
      dependencies,
      current,
      keys.filter((key) => key.expired_at !== null),
    );
  }

  /** What this server tells others about its keys. https://spec.matrix.org/v1.19/server-server-api/#publishing-keys */
  published(): JsonObject {
    const old = this.#expired.map((key) => [
      key.key_id,
      { key: encodeBase64(key.public_key), expired_ts: key.expired_at ?? 0 },
    ]);
    return signJson(
      {
        server_name: this.#serverName,
        valid_until_ts: this.#clock.nowMs() + VALIDITY_MS,
        verify_keys: { [this.signer.keyId]: { key: encodeBase64(this.signer.publicKey) } },
        old_verify_keys: Object.fromEntries(old),
      },
      this.#serverName,
      this.signer,
    );
  }
}

function newKey({ random, clock }: Dependencies): Omit<SigningKeyRow, 'expired_at'> {
  const seed = Buffer.from(random.bytes(SEED_BYTES));
  // The grammar of key ids has no hyphen.
  const keyId = `ed25519:a_${Buffer.from(random.bytes(KEY_NAME_BYTES)).toString('hex')}`;
  return {
    key_id: keyId,
    seed,
    public_key: Buffer.from(createSigner(keyId, seed).publicKey),
    created_at: clock.nowMs(),
  };
}
