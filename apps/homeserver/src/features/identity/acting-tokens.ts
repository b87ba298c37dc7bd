import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Accounts, Together } from './accounts.ts';
import * as store from './acting-store.ts';
import { hashToken, makeToken } from './tokens.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: Accounts;
  /** An agency says whether its administrators may act as people at all. */
  readonly isAllowed: boolean;
}

const MAX_LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * Lets administrators act as other people: without a device, so that nobody sees one, and without an administrator's powers.
 * The session gate knows the tokens.
 */
export class ActingTokens {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** For a day at most, whatever is asked for. `together` happens in the same transaction. */
  async issue(
    userId: UserId,
    administrator: UserId,
    validUntilMs: number | undefined,
    together: Together,
  ): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
    const { database, clock, random, accounts, isAllowed } = this.#d;
    if (!isAllowed) throw forbidden('Administrators of this server do not act as other people');
    const account = await accounts.get(userId);
    if (userId === administrator) throw forbidden('Nobody needs this to act as oneself');
    if (account.kind === 'server') throw forbidden('Nobody acts as the server');
    if (account.isDeactivated) throw notFound('This account has ended');
    if (account.isAdmin) throw forbidden('Nobody acts as another administrator');
    const nowMs = clock.nowMs();
    if (validUntilMs !== undefined && validUntilMs <= nowMs) throw invalidParam('valid_until_ms has to be ahead');
    const expiresAtMs = Math.min(validUntilMs ?? Infinity, nowMs + MAX_LIFETIME_MS);
    const token = makeToken(random, 'acting');
    await database.write(async (tx) => {
      await together(tx);
      await store.insert(tx, hashToken(token), { user_id: userId, administrator, expires_at: expiresAtMs }, nowMs);
    });
    return { token, expiresAtMs };
  }
}
