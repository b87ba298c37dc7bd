import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 20_000;
const POLL_MS = 20;

/** The first value of `look` that is not undefined or false; fails naming `what` when it does not come. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadlineMs = performance.now() + LIMIT_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
    await delay(POLL_MS);
  }
}
