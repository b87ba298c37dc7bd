/** Until work that failed is done again when somebody asks for it, ms. */
const PAUSE_AFTER_FAILURE_MS = 1000;

/**
 * Work that is asked for often and done now and then: at once when it was idle, and after a pause when it was not. All who
 * ask in the meantime share one round.
 */
export class Paced {
  readonly #work: () => Promise<number>;
  /** The round that was asked for and has not begun. */
  #next: Promise<void> | undefined;
  /** Resolves when a round may begin. */
  #isFree: Promise<void> = Promise.resolve();
  #endPause: () => void = () => {};
  #isStopping = false;

  /** `work` resolves with the pause after it, ms. */
  constructor(work: () => Promise<number>) {
    this.#work = work;
  }

  /** Resolves when a round that begins from now on is done, rejects when it failed. */
  async run(): Promise<void> {
    this.#next ??= this.#round();
    return this.#next;
  }

  /** Pauses no more, and waits for the round that is under way and the one that was asked for. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endPause();
    // Who asked for it hears of a failure.
    await Promise.allSettled([this.#next]);
    await this.#isFree;
  }

  async #round(): Promise<void> {
    await this.#isFree;
    this.#next = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isFree = promise;
    let pauseMs = PAUSE_AFTER_FAILURE_MS;
    try {
      pauseMs = await this.#work();
    } finally {
      const timer = setTimeout(resolve, pauseMs).unref();
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#isStopping) this.#endPause();
    }
  }
}
