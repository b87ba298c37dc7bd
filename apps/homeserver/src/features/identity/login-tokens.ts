import { forbidden } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as store from './account-store.ts';
import { hashToken, makeToken } from './tokens.ts';

const LIFETIME_MS = 2 * 60 * 1000;

/** Tokens that open one session each, for another device of the same person. */
export class LoginTokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock; readonly random: Random }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#random = dependencies.random;
  }

  async issue(userId: UserId): Promise<{ readonly token: string; readonly expiresInMs: number }> {
    const token = makeToken(this.#random, 'login');
    const nowMs = this.#clock.nowMs();
    await this.#database.write((tx) =>
      store.insertLoginToken(tx, hashToken(token), userId, nowMs, nowMs + LIFETIME_MS),
    );
    return { token, expiresInMs: LIFETIME_MS };
  }

  /** Uses the token up. */
  async redeem(token: string): Promise<UserId> {
    const account = await this.#database.write(async (tx) => {
      const userId = await store.takeLoginToken(tx, hashToken(token), this.#clock.nowMs());
      return userId === undefined ? undefined : store.find(tx, userId);
    });
    if (account === undefined || account.isDeactivated || account.isLocked)
      throw forbidden('This login token does not hold any more');
    return account.userId;
  }
}
