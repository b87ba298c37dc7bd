import type { UserId } from '@stafette/protocol';

/** Long polls that are woken before the event loop gets its turn: a message to 10,000 people must not stop the server. */
const SLICE = 200;

/** One waiting long poll. Thousands exist at a time, so it holds no more than it needs. */
class Waiter {
  readonly #notifier: Notifier;
  readonly userId: UserId;
  readonly #signal: AbortSignal;
  readonly #resolve: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(notifier: Notifier, userId: UserId, timeoutMs: number, signal: AbortSignal, resolve: () => void) {
    this.#notifier = notifier;
    this.userId = userId;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#timer = setTimeout(this.finish, timeoutMs);
    signal.addEventListener('abort', this.finish, { once: true });
  }

  readonly finish = (): void => {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.finish);
    this.#notifier.forget(this);
    this.#resolve();
  };
}

/** Wakes the long polls of users for whom something became visible. Keeps nothing: what changed is read from the streams. */
export class Notifier {
  readonly #waiters = new Map<UserId, Set<Waiter>>();
  /** Users whose turn comes in a later slice. */
  readonly #queue = new Set<UserId>();
  readonly #personalListeners: ((userId: UserId) => void)[] = [];

  /** Hears at once of every user who has personal news: what is not of a room. */
  onPersonalNews(listener: (userId: UserId) => void): void {
    this.#personalListeners.push(listener);
  }

  /** Something of the user's own changed: account data, messages to devices, keys of people they know, rules. */
  wake(userId: UserId): void {
    for (const listener of this.#personalListeners) listener(userId);
    this.#finish(userId);
  }

  #finish(userId: UserId): void {
    const waiters = this.#waiters.get(userId);
    if (waiters === undefined) return;
    for (const waiter of [...waiters]) waiter.finish();
  }

  /** As {@link wake} for many, in slices: the first at once, the others as the event loop comes round. */
  wakeAll(userIds: Iterable<UserId>): void {
    const users = [...userIds];
    for (const userId of users) for (const listener of this.#personalListeners) listener(userId);
    this.wakeForRoom(users);
  }

  /** Something of a room changed that all these users are in; their personal streams are as they were. In slices. */
  wakeForRoom(userIds: Iterable<UserId>): void {
    const wasIdle = this.#queue.size === 0;
    for (const userId of userIds) if (this.#waiters.has(userId)) this.#queue.add(userId);
    if (wasIdle && this.#queue.size > 0) this.#wakeSlice();
  }

  /** Wakes everybody at once, for shutdown. */
  wakeEveryone(): void {
    for (const userId of [...this.#waiters.keys()]) this.#finish(userId);
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
    const waiter = new Waiter(this, userId, timeoutMs, signal, resolve);
    let waiters = this.#waiters.get(userId);
    if (waiters === undefined) this.#waiters.set(userId, (waiters = new Set()));
    waiters.add(waiter);
    if (signal.aborted) waiter.finish();
    return { promise, cancel: waiter.finish };
  }

  /** Called by a waiter that is done. */
  forget(waiter: Waiter): void {
    const waiters = this.#waiters.get(waiter.userId);
    if (waiters?.delete(waiter) && waiters.size === 0) this.#waiters.delete(waiter.userId);
  }

  readonly #wakeSlice = (): void => {
    let count = 0;
    for (const userId of this.#queue) {
      if (count === SLICE) {
        setImmediate(this.#wakeSlice);
        return;
      }
      this.#queue.delete(userId);
      this.#finish(userId);
      count += 1;
    }
  };
}
