import { setTimeout as delay } from 'node:timers/promises';

/** Until the time is over, if there is one, or the signal aborts. */
export async function wait(durationMs: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (durationMs !== undefined) {
    await delay(durationMs, undefined, { signal }).catch(() => undefined);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
