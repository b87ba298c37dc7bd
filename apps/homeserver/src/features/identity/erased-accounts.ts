import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { listErased } from './account-store.ts';

/**
 * Accounts that ended with the wish to be forgotten: whoever was not there when such a person wrote is shown nothing of it.
 * All of them are kept in memory, as every answer with history asks.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
 */
export class ErasedAccounts {
  readonly #userIds: Set<UserId>;

  private constructor(userIds: Iterable<UserId>) {
    this.#userIds = new Set(userIds);
  }

  static async open(database: Database): Promise<ErasedAccounts> {
    return new ErasedAccounts(await listErased(database.reader));
  }

  has(userId: UserId): boolean {
    return this.#userIds.has(userId);
  }

  add(userId: UserId): void {
    this.#userIds.add(userId);
  }

  delete(userId: UserId): void {
    this.#userIds.delete(userId);
  }
}
