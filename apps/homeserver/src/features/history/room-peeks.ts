import type { RoomId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import { compileEventFilter } from './event-filter.ts';
import { readPage } from './page.ts';
import { encodePlace, readPlace } from './places.ts';
import { openRoom, presentEvents, type HistoryOptions } from './room-access.ts';

const LIMIT = 100;
/** The longest that a request waits, ms. */
const MAX_TIMEOUT_MS = 60_000;
const EVERYTHING = compileEventFilter({});

export interface PeekRequest {
  readonly roomId: string;
  readonly from: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Events of one room as they happen, for whoever may read them, a member or not. */
export class RoomPeeks {
  readonly #options: HistoryOptions;
  readonly #waiting = new Map<RoomId, Set<() => void>>();

  constructor(options: HistoryOptions) {
    this.#options = options;
    options.roomEvents.onCommitted((events) => {
      if (this.#waiting.size === 0) return;
      for (const { roomId } of events) for (const wake of this.#waiting.get(roomId) ?? []) wake();
    });
  }

  /** What came after a place, as JSON text; waits for it when there is nothing. Who may read is asked before each look. */
  async peek(requester: Requester, { roomId, from, timeoutMs, signal }: PeekRequest): Promise<string> {
    const opened = await openRoom(this.#options, requester, roomId);
    const start = from === undefined ? opened.upTo : Math.min(readPlace('from', from), opened.upTo);
    const endsAt = performance.now() + Math.min(timeoutMs, MAX_TIMEOUT_MS);
    for (;;) {
      const remainingMs = endsAt - performance.now();
      const news = this.#wait(opened.room.id, Math.max(0, remainingMs), signal);
      try {
        const access = await openRoom(this.#options, requester, roomId);
        const page = await readPage(this.#options, access, {
          direction: 'forward',
          after: start,
          upTo: access.upTo,
          limit: LIMIT,
          filter: EVERYTHING,
        });
        if (page.events.length > 0 || remainingMs <= 0 || signal.aborted) {
          const chunk = await presentEvents(this.#options, access, page.events);
          const end = page.nextPlace ?? Math.max(start, access.upTo);
          return `{"start":"${encodePlace(start)}","end":"${encodePlace(end)}","chunk":[${chunk.join(',')}]}`;
        }
        await news.promise;
      } finally {
        news.cancel();
      }
    }
  }

  #wait(
    roomId: RoomId,
    timeoutMs: number,
    signal: AbortSignal,
  ): { readonly promise: Promise<void>; readonly cancel: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(roomId) ?? new Set();
    this.#waiting.set(roomId, waiting.add(resolve));
    const timer = setTimeout(resolve, timeoutMs);
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(roomId) === waiting) this.#waiting.delete(roomId);
    };
    return { promise, cancel };
  }
}
