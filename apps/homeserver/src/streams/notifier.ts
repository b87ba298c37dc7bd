import type { UserId } from '@stafette/protocol';

interface Waiter {
  readonly wake: () => void;
}

/** Wakes the long polls of users for whom something became visible. Keeps nothing: what changed is read from the streams. */
export class Notifier {
  readonly #waiters = new Map<UserId, Set<Waiter>>();

  wake(userId: UserId): void {
    const waiters = this.#waiters.get(userId);
    if (waiters === undefined) return;
    this.#waiters.delete(userId);
    for (const waiter of waiters) waiter.wake();
  }

  wakeAll(userIds: Iterable<UserId>): void {
    for (const userId of userIds) this.wake(userId);
  }

  /** Wakes everybody, for shutdown. */
  wakeEveryone(): void {
    for (const userId of [...this.#waiters.keys()]) this.wake(userId);
  }

  get waitingCount(): number {
    let count = 0;
    for (const waiters of this.#waiters.values()) count += waiters.size;
    return count;
  }

  /**
   * Registers interest at once and resolves at the next wake, after `timeoutMs`, or when `signal` aborts. Register
   * before the last look at the streams, or a wake in between is lost: `const news = wait(...); look(); await news.promise`.
   */
  wait(userId: UserId, timeoutMs: number, signal: AbortSignal): { readonly promise: Promise<void>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { wake: () => finish() };
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      const waiters = this.#waiters.get(userId);
      if (waiters?.delete(waiter) && waiters.size === 0) this.#waiters.delete(userId);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    signal.addEventListener('abort', finish, { once: true });
    let waiters = this.#waiters.get(userId);
    if (waiters === undefined) this.#waiters.set(userId, (waiters = new Set()));
    waiters.add(waiter);
    if (signal.aborted) finish();
    return { promise, cancel: finish };
  }
}
