import type { ServerResponse } from 'node:http';

/** Shared by all: an error of its own for each request would cost a stack trace. */
const ENDED = new Error('The client went away, has its answer, or the server closes');

/**
 * Signals that abort when their client went away or the server closes. Thousands of long polls have one at once, so they are
 * kept in a set: a listener each on one signal would make every end walk past all others.
 */
export class RequestSignals {
  readonly #open = new Set<AbortController>();
  readonly #closing: AbortSignal;

  constructor(closing: AbortSignal) {
    this.#closing = closing;
    closing.addEventListener(
      'abort',
      () => {
        for (const controller of this.#open) controller.abort(ENDED);
      },
      { once: true },
    );
  }

  /** Made only for handlers that ask: most answer before anybody could go away. */
  signalOf(response: ServerResponse): AbortSignal {
    const controller = new AbortController();
    this.#open.add(controller);
    response.once('close', () => {
      this.#open.delete(controller);
      controller.abort(ENDED);
    });
    if (this.#closing.aborted) controller.abort(ENDED);
    return controller.signal;
  }
}
