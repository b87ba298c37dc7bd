import type { UserId } from '@stafette/protocol';

/** Runs the writes of each user one after the other, in the order in which they were asked for. */
export class WriteQueue {
  readonly #last = new Map<UserId, Promise<unknown>>();

  async run<T>(userId: UserId, write: () => Promise<T>): Promise<T> {
    const before = this.#last.get(userId) ?? Promise.resolve();
    // What became of the one before is the business of whoever asked for it.
    const running = before.then(write, write);
    this.#last.set(userId, running);
    try {
      return await running;
    } finally {
      if (this.#last.get(userId) === running) this.#last.delete(userId);
    }
  }
}
