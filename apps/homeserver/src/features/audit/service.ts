import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export interface AuditPage {
  readonly entries: readonly store.AuditEntry[];
  /** The `before` of the next page; undefined on the last. */
  readonly next: number | undefined;
}

/** What administrators did, for those who answer for them. */
export class Audit {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** In the transaction of what was done: one is not durable without the other. */
  async note(tx: WriteTx, entry: store.NewAuditEntry): Promise<void> {
    await store.insert(tx, entry, this.#d.clock.nowMs());
  }

  /** Before something that has no transaction of its own, such as reading: that it was tried is noted in any case. */
  async noteFirst(entry: store.NewAuditEntry): Promise<void> {
    await this.#d.database.write(async (tx) => this.note(tx, entry));
  }

  /** The newest first. */
  async list(query: store.AuditQuery): Promise<AuditPage> {
    const rows = await store.list(this.#d.database.reader, { ...query, limit: query.limit + 1 });
    const entries = rows.slice(0, query.limit);
    return { entries, next: rows.length > entries.length ? entries.at(-1)?.id : undefined };
  }
}
