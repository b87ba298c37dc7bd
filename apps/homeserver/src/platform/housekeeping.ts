import type { Log } from './log.ts';

/** Something that is cleared away now and then. Repeating or missing it does no harm; a long one ends when `signal` aborts. */
export interface Chore {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

const EVERY_MS = 60 * 60 * 1000;

/** Does chores after the start and then every hour, one after the other. One that fails is logged and tried again next time. */
export class Housekeeping {
  readonly #chores: readonly Chore[];
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void>;

  constructor(chores: readonly Chore[], log: Log) {
    this.#chores = chores;
    this.#log = log;
    this.#round = this.#doAll();
    this.#timer = setInterval(() => {
      this.#round = this.#round.then(async () => this.#doAll());
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves when the chore that is being done has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#round;
  }

  async #doAll(): Promise<void> {
    for (const chore of this.#chores) {
      if (this.#stopping.signal.aborted) return;
      try {
        await chore.run(this.#stopping.signal);
      } catch (error) {
        this.#log.warn({ err: error, chore: chore.name }, 'a chore failed and is tried again later');
      }
    }
  }
}
