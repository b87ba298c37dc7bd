import { limitExceeded } from '@stafette/contracts';
import type { AppendedEvent } from './event-intent.ts';
import { newEventsOf, type StagedAppend } from './staged-append.ts';

/** Appends that may wait; beyond that the database is not keeping up, and it is better to say so than to fall behind. */
const MAX_WAITING = 20_000;
const RETRY_AFTER_MS = 1000;

/** Bounds of one batch. One append may be larger; it then goes alone. */
const MAX_EVENTS = 512;
const MAX_TEXT_UNITS = 1024 * 1024;

export interface PendingAppend {
  readonly append: StagedAppend;
  resolve(events: readonly AppendedEvent[]): void;
  reject(error: unknown): void;
}

interface CommitterOptions {
  /** Writes the events of all appends in one transaction and announces them; resolves with the outcome of each. */
  readonly flush: (appends: readonly StagedAppend[]) => Promise<readonly (readonly AppendedEvent[])[]>;
  /**
   * Settles appends after a flush that failed, one by one and in order, none of which may have been announced. Nothing
   * else is flushed meanwhile.
   */
  readonly recover: (pending: readonly PendingAppend[], error: unknown) => Promise<void>;
}

const sizeOf = ({ append }: PendingAppend): { events: number; units: number } => {
  const events = newEventsOf(append);
  return { events: events.length, units: events.reduce((sum, event) => sum + event.json.length, 0) };
};

/**
 * Writes the events of all rooms in batches: while one batch is on its way to the disk everything else queues, and goes
 * with the next. Many senders share one wait for the disk, in the same room or in different ones.
 */
export class GroupCommitter {
  readonly #options: CommitterOptions;
  #queue: PendingAppend[] = [];
  #running: Promise<void> | undefined;
  #recovery: Promise<void> | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Set while a failure is being dealt with: rooms must not be written to until it resolves. */
  get recovery(): Promise<void> | undefined {
    return this.#recovery;
  }

  /** Throws M_LIMIT_EXCEEDED when too much waits already; asked before anything is staged. */
  assertReady(): void {
    if (this.#queue.length >= MAX_WAITING) throw limitExceeded(RETRY_AFTER_MS);
  }

  /** Resolves with the append's events once they are durable and announced. */
  async commit(append: StagedAppend): Promise<readonly AppendedEvent[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly AppendedEvent[]>();
    this.#queue.push({ append, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Resolves when everything that was accepted is settled. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        const results = await this.#options.flush(batch.map(({ append }) => append));
        batch.forEach((pending, index) => pending.resolve(results[index] ?? []));
      } catch (error) {
        await this.#recover(batch, error);
      }
    }
    this.#running = undefined;
  }

  #takeBatch(): PendingAppend[] {
    let events = 0;
    let units = 0;
    let count = 0;
    for (const pending of this.#queue) {
      const size = sizeOf(pending);
      if (count > 0 && (events + size.events > MAX_EVENTS || units + size.units > MAX_TEXT_UNITS)) break;
      events += size.events;
      units += size.units;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #recover(batch: readonly PendingAppend[], error: unknown): Promise<void> {
    // Whatever waits behind the batch may be chained to it.
    const pending = [...batch, ...this.#queue];
    this.#queue = [];
    this.#recovery = this.#options.recover(pending, error);
    try {
      await this.#recovery;
    } finally {
      this.#recovery = undefined;
    }
  }
}
