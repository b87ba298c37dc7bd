import { isRefusal } from './database.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Items of one write at most: a larger one keeps others waiting longer than it saves. */
const MAX_ITEMS = 256;

/**
 * Writes of many requests in one statement: what arrives while others are under way waits for the next, so that a busy
 * server commits once for many requests and an idle one at once for each.
 */
export class WriteGroup<Item, Result> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #waiting: Waiting<Item, Result>[] = [];
  readonly #maxWriters: number;
  #writers = 0;

  /**
   * `write` answers every item in its place, durably, or throws and has written none of them. With two writers, requests
   * are read while the database is at work; writes must then not mind another one beside them.
   */
  constructor(write: (items: readonly Item[]) => Promise<readonly Result[]>, { writers = 1 } = {}) {
    this.#write = write;
    this.#maxWriters = writers;
  }

  async add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ item, resolve, reject });
    if (this.#writers < this.#maxWriters) {
      this.#writers += 1;
      // What else arrives in this turn of the event loop goes along.
      setImmediate(() => void this.#writeAll());
    }
    return promise;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const batch = this.#waiting.splice(0, MAX_ITEMS);
      if (batch.length === 0) break;
      await this.#writeBatch(batch);
    }
    this.#writers -= 1;
  }

  /** What one item is refused for is not the others' fault: they are written one by one then. */
  async #writeBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#write(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) for (const waiting of batch) await this.#writeBatch([waiting]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
