/** Requests that wait for a file which was announced and is not there yet. */
export class Arrivals {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when the file arrives, after `timeoutMs`, or when `signal` aborts. Register before the last look at the database. */
  expect(mediaId: string, timeoutMs: number, signal: AbortSignal): { readonly promise: Promise<void>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(mediaId) ?? new Set();
    const cancel = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      if (waiting.delete(cancel) && waiting.size === 0) this.#waiting.delete(mediaId);
      resolve();
    };
    const timer = setTimeout(cancel, timeoutMs);
    signal.addEventListener('abort', cancel, { once: true });
    this.#waiting.set(mediaId, waiting.add(cancel));
    if (signal.aborted) cancel();
    return { promise, cancel };
  }

  announce(mediaId: string): void {
    for (const finish of [...(this.#waiting.get(mediaId) ?? [])]) finish();
  }
}
