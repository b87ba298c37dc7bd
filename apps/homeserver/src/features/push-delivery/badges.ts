import type { UserId } from '@stafette/protocol';
import type { Log } from '../../platform/log.ts';
import type { Pushers } from '../push/index.ts';
import type { Receipts } from '../receipts/index.ts';
import type { Delivery } from './delivery.ts';

interface Dependencies {
  readonly pushers: Pushers;
  readonly receipts: Receipts;
  readonly delivery: Delivery;
  readonly log: Log;
}

/** Somebody who reads on scrolls past many messages; their other devices hear of it when they pause. */
const PAUSE_MS = 1_000;
/** Users whose number is remembered, before all are forgotten and told once more. */
const MAX_REMEMBERED = 50_000;

/**
 * Tells the gateways of a user how much is still unread after they have read somewhere. Browsers want something to be shown
 * for each message that they get, so that Web Push is left out.
 */
export class Badges {
  readonly #d: Dependencies;
  readonly #timers = new Map<UserId, NodeJS.Timeout>();
  readonly #told = new Map<UserId, number>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.receipts.onMoved(({ receipt }) => this.#noteRead(receipt.userId));
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #noteRead(userId: UserId): void {
    if (!this.#d.pushers.index.of(userId).some(({ kind }) => kind === 'http')) return;
    clearTimeout(this.#timers.get(userId));
    const timer = setTimeout(() => {
      this.#timers.delete(userId);
      this.#tell(userId).catch((error: unknown) => this.#d.log.warn({ err: error }, 'an unread count was not sent'));
    }, PAUSE_MS);
    this.#timers.set(userId, timer.unref());
  }

  async #tell(userId: UserId): Promise<void> {
    const { pushers, delivery } = this.#d;
    const unread = await delivery.countUnread(userId);
    if (this.#told.get(userId) === unread) return;
    if (this.#told.size >= MAX_REMEMBERED) this.#told.clear();
    this.#told.set(userId, unread);
    const ids = pushers.index.of(userId).flatMap(({ id, kind }) => (kind === 'http' ? [id] : []));
    const destinations = await pushers.listDestinations(ids);
    await Promise.all(destinations.map(async (destination) => delivery.sendBadge(destination, unread)));
  }
}
