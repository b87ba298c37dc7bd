import type { TransactionKey } from './event-intent.ts';

/** Requests remembered; older ones are found in the database by the unique index on transactions. */
const MAX_ENTRIES = 50_000;

/** Requests of the last while by transaction id, so that a repetition waits for the first and gets its answer. */
export class SentTransactions<Result> {
  readonly #results = new Map<string, Promise<Result>>();

  /** Runs `send` unless the same request is known already. A request that failed may be tried again. */
  async once({ sessionKey, txnId }: TransactionKey, scope: string, send: () => Promise<Result>): Promise<Result> {
    const key = `${sessionKey}\0${scope}\0${txnId}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = send();
    this.#results.set(key, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= MAX_ENTRIES) break;
      this.#results.delete(oldest);
    }
    try {
      return await result;
    } catch (error) {
      this.#results.delete(key);
      throw error;
    }
  }
}
