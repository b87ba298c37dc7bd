import { DatabaseError, types, Pool, type PoolClient, type PoolConfig } from 'pg';
import type { Statement } from './sql.ts';

declare const writing: unique symbol;

/** What can be read. Functions that only read take this. */
export interface ReadTx {
  /** Rows as objects keyed by column. */
  query<Row extends object>(statement: Statement): Promise<Row[]>;
  /** The only row, or undefined. Two rows are a broken assumption and throw. */
  find<Row extends object>(statement: Statement): Promise<Row | undefined>;
}

/** A transaction that writes. Functions that write take this, so that forgetting the transaction does not compile. */
export interface WriteTx extends ReadTx {
  readonly [writing]: true;
  /** Number of rows that the statement changed. */
  execute(statement: Statement): Promise<number>;
  /** Runs once the transaction is durable; never when it rolled back. What is announced to others is announced here. */
  afterCommit(effect: () => void): void;
}

export interface DatabaseOptions {
  readonly connection: PoolConfig;
  readonly readers?: number;
  readonly writers?: number;
}

/** bigint columns hold positions, counters and milliseconds, all below 2^53. */
const INT8_OID = 20;
types.setTypeParser(INT8_OID, Number);

const asQuery = (statement: Statement): { name: string; text: string; values: unknown[] } => ({
  name: statement.name,
  text: statement.text,
  // pg wants a mutable array and does not change it.
  values: statement.values as unknown[],
});

function readerOn(client: Pick<PoolClient, 'query'>): ReadTx {
  const query = async <Row extends object>(statement: Statement): Promise<Row[]> =>
    // The row type is the caller's reading of its own select list.
    (await client.query(asQuery(statement))).rows as Row[];
  return {
    query,
    async find<Row extends object>(statement: Statement) {
      const rows = await query<Row>(statement);
      if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`);
      return rows[0];
    },
  };
}

const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');

/**
 * Whether PostgreSQL answered with a refusal, so that nothing of the statement happened. Any other error, a lost connection
 * above all, leaves its outcome open.
 */
export const isRefusal = (error: unknown): error is DatabaseError =>
  // Classes 08 and 57 end the connection, whatever became of the statement.
  error instanceof DatabaseError && error.code !== undefined && !/^(08|57)/.test(error.code);

/** PostgreSQL behind two small pools; the only thing in the server that talks to the driver. */
export class Database {
  readonly #readers: Pool;
  readonly #writers: Pool;
  /** Single statements outside a transaction; each sees its own snapshot. */
  readonly reader: ReadTx;

  constructor({ connection, readers = 8, writers = 4 }: DatabaseOptions) {
    this.#readers = new Pool({ ...connection, max: readers });
    this.#writers = new Pool({ ...connection, max: writers });
    // An idle connection that breaks is replaced at the next use; the caller of that use sees any error.
    this.#readers.on('error', () => {});
    this.#writers.on('error', () => {});
    this.reader = readerOn({ query: this.#readers.query.bind(this.#readers) as PoolClient['query'] });
  }

  /** Several reads over one snapshot. */
  async snapshot<T>(work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.#inTransaction(this.#readers, 'begin isolation level repeatable read read only', async (client) =>
      work(readerOn(client)),
    );
  }

  /**
   * One transaction, committed when `work` resolves and durable when this resolves. Serialisation failures and
   * deadlocks are tried again, so `work` must not act on anything but its transaction.
   */
  async write<T>(work: (tx: WriteTx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#writeOnce(work);
      } catch (error) {
        if (attempt >= 5 || !isRetryable(error)) throw error;
      }
    }
  }

  /** One statement as a transaction of its own, durable when this resolves: a single round trip. Never tried again. */
  async execute(statement: Statement): Promise<number> {
    return (await this.#writers.query(asQuery(statement))).rowCount ?? 0;
  }

  /** As {@link execute}, for a statement that returns rows of what it changed. */
  async change<Row extends object>(statement: Statement): Promise<Row[]> {
    // The row type is the caller's reading of its own returning list.
    return (await this.#writers.query(asQuery(statement))).rows as Row[];
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writers.end()]);
  }

  async #writeOnce<T>(work: (tx: WriteTx) => Promise<T>): Promise<T> {
    const effects: (() => void)[] = [];
    const result = await this.#inTransaction(this.#writers, 'begin', async (client) =>
      work({
        ...readerOn(client),
        execute: async (statement) => (await client.query(asQuery(statement))).rowCount ?? 0,
        afterCommit: (effect) => void effects.push(effect),
        // The brand exists for the compiler alone.
      } as WriteTx),
    );
    for (const effect of effects) effect();
    return result;
  }

  async #inTransaction<T>(pool: Pool, begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The pool listens to idle clients alone, and an error that nobody hears ends the process; whichever query is under
    // way fails by itself.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      // A rollback that fails means the connection is gone: it must not return to the pool.
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}
