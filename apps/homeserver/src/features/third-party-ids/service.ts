import { MatrixError } from '@stafette/contracts';
import type { CanonicalEmail, JsonObject, UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ProvenAddress } from '../identity/index.ts';
import { readProofClaim } from './proof-claim.ts';
import * as store from './store.ts';
import type { AddressValidations, ProofClaim } from './validations.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly validations: AddressValidations;
}

const inUse = (): MatrixError =>
  new MatrixError(400, 'M_THREEPID_IN_USE', 'This mail address belongs to another account');

/** The mail addresses of accounts. Each was confirmed by whoever reads its mailbox, or entered by an administrator. */
export class ThirdPartyIds {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async list(userId: UserId): Promise<readonly store.ThirdPartyIdRow[]> {
    return store.listOf(this.#d.database.reader, userId);
  }

  async findOwner(email: CanonicalEmail, tx: ReadTx = this.#d.database.reader): Promise<UserId | undefined> {
    return store.findOwner(tx, email);
  }

  /** Throws M_THREEPID_AUTH_FAILED without a proof, and M_THREEPID_IN_USE. */
  async add(userId: UserId, claim: ProofClaim): Promise<void> {
    await this.#d.database.write(async (tx) => {
      const { address, validated_at } = await this.#d.validations.takeProof(tx, 'add', claim);
      await this.#insert(tx, userId, address, validated_at);
    });
  }

  async remove(userId: UserId, email: CanonicalEmail): Promise<void> {
    await this.#d.database.write((tx) => store.remove(tx, userId, email));
  }

  /** For the transaction in which an account ends: its addresses are free for others at once. */
  async removeAll(tx: WriteTx, userId: UserId): Promise<void> {
    await store.removeAll(tx, userId);
  }

  /** Makes these the account's only addresses, without proofs, on an administrator's word. Throws M_THREEPID_IN_USE. */
  async replace(tx: WriteTx, userId: UserId, emails: readonly CanonicalEmail[]): Promise<void> {
    const before = await store.listOf(tx, userId);
    for (const { address } of before) if (!emails.includes(address)) await store.remove(tx, userId, address);
    for (const email of emails)
      if (!before.some(({ address }) => address === email))
        await this.#insert(tx, userId, email, this.#d.clock.nowMs());
  }

  /** What an `m.login.email.identity` stage proves; undefined when it proves nothing. */
  async findProven(purpose: 'register' | 'reset-password', auth: JsonObject): Promise<ProvenAddress | undefined> {
    const claim = readProofClaim(auth);
    const proof = claim && (await this.#d.validations.findProof(purpose, claim));
    if (claim === undefined || proof === undefined) return undefined;
    return {
      owner: await this.findOwner(proof.address),
      redeem: async (tx, userId) => {
        const { address, validated_at } = await this.#d.validations.takeProof(tx, purpose, claim);
        if (purpose === 'register') await this.#insert(tx, userId, address, validated_at);
        else if ((await this.findOwner(address, tx)) !== userId) throw inUse();
      },
    };
  }

  async #insert(tx: WriteTx, userId: UserId, address: CanonicalEmail, validatedAtMs: number): Promise<void> {
    const row = { address, validated_at: validatedAtMs, added_at: this.#d.clock.nowMs() };
    if (!(await store.insert(tx, userId, row))) throw inUse();
  }
}
