import type { RateLimitClass } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type { Audit } from '../../audit/index.ts';
import * as store from './rate-limit-store.ts';

interface Dependencies {
  readonly database: Database;
  readonly audit: Audit;
}

/** Limits of single people. All are in memory, as every request asks for them. */
export class RateLimitOverrides {
  readonly #d: Dependencies;
  readonly #byRequester: Map<string, store.RateLimitRow>;

  private constructor(dependencies: Dependencies, rows: readonly store.RateLimitRow[]) {
    this.#d = dependencies;
    this.#byRequester = new Map(rows.map((row) => [row.user_id, row]));
  }

  static async open(dependencies: Dependencies): Promise<RateLimitOverrides> {
    return new RateLimitOverrides(dependencies, await store.listAll(dependencies.database.reader));
  }

  find(userId: UserId): store.RateLimitRow | undefined {
    return this.#byRequester.get(userId);
  }

  /**
   * What holds for a requester instead of everybody's limit: another limit of messages, or none of anything. Undefined:
   * the same as for everybody.
   */
  readonly overrideOf = (
    limitClass: RateLimitClass,
    requester: string,
  ): { readonly burst: number; readonly perSecond: number } | 'unlimited' | undefined => {
    const row = this.#byRequester.get(requester);
    if (row === undefined) return undefined;
    if (row.messages_per_second === 0) return 'unlimited';
    return limitClass === 'message'
      ? { burst: Math.max(1, row.burst_count), perSecond: row.messages_per_second }
      : undefined;
  };

  async set(row: store.RateLimitRow, actor: UserId): Promise<void> {
    const { database, audit } = this.#d;
    await database.write(async (tx) => {
      await audit.note(tx, { actor, action: 'user.set-rate-limit', target: row.user_id });
      await store.upsert(tx, row);
      tx.afterCommit(() => this.#byRequester.set(row.user_id, row));
    });
  }

  async remove(userId: UserId, actor: UserId): Promise<void> {
    const { database, audit } = this.#d;
    if (!this.#byRequester.has(userId)) return;
    await database.write(async (tx) => {
      await audit.note(tx, { actor, action: 'user.remove-rate-limit', target: userId });
      await store.remove(tx, userId);
      tx.afterCommit(() => this.#byRequester.delete(userId));
    });
  }
}
