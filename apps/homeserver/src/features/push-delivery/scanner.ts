import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { StoredEvent } from '../room-events/index.ts';
import { recipientsOf, type RecipientDependencies } from './recipients.ts';
import * as store from './store.ts';

interface Dependencies extends RecipientDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Called when there is something to deliver. */
  readonly onQueued: () => void;
}

/** Events that wait in memory; when there are more, they are read again from the database. */
const MAX_WAITING = 2_000;
const PAGE = 500;
/** Rows that are written at once. */
const MAX_ROWS = 5_000;
const AFTER_FAILURE_MS = 1_000;
/** How long the mark may lag when nobody was notified: what a crash makes it look at again. */
const MARK_EVERY_MS = 5_000;

/**
 * Finds out whom committed events notify and queues it, behind the sends and in the order of the events. The mark is written
 * with what was queued up to it, so that a crash neither loses a notification nor queues an old one.
 */
export class NotificationScanner {
  readonly #d: Dependencies;
  #waiting: StoredEvent[] = [];
  /** Everything up to here is queued. */
  #mark: number;
  #savedMark: number;
  /** Up to here the events are in the database only. */
  #readUpTo: number;
  #running: Promise<void> | undefined;
  #markTimer: NodeJS.Timeout | undefined;
  readonly #stopping = new AbortController();

  private constructor(dependencies: Dependencies, mark: number, current: number) {
    this.#d = dependencies;
    this.#mark = mark;
    this.#savedMark = mark;
    this.#readUpTo = current;
  }

  /** What the last process did not come to is found again. */
  static async open(dependencies: Dependencies): Promise<NotificationScanner> {
    const { database, roomEvents } = dependencies;
    const scanner = new NotificationScanner(
      dependencies,
      await store.findMark(database.reader),
      roomEvents.position.current,
    );
    roomEvents.onCommitted((events) => scanner.observe(events));
    scanner.#wake();
    return scanner;
  }

  /** Takes in events that became visible, in order of positions. */
  observe(events: readonly StoredEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    if (this.#running === undefined && this.#d.pushers.isEmpty) {
      this.#mark = last.pos;
      return;
    }
    const isBehind = this.#readUpTo > this.#mark;
    if (isBehind || this.#waiting.length + events.length > MAX_WAITING) {
      this.#waiting = [];
      this.#readUpTo = last.pos;
    } else this.#waiting.push(...events);
    this.#wake();
  }

  /** Finishes what was begun; the rest is found at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    clearTimeout(this.#markTimer);
    if (this.#savedMark < this.#mark) await this.#d.database.write((tx) => store.saveMark(tx, this.#mark));
  }

  #wake(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      if (!this.#stopping.signal.aborted && this.#hasMore()) this.#wake();
    });
  }

  #hasMore(): boolean {
    return this.#waiting.length > 0 || this.#readUpTo > this.#mark;
  }

  async #work(): Promise<void> {
    while (this.#hasMore() && !this.#stopping.signal.aborted) {
      try {
        const { events, upTo } = await this.#next();
        await this.#queue(events, upTo);
      } catch (error) {
        this.#d.log.error({ err: error }, 'notifications could not be queued and are tried again');
        this.#waiting = [];
        this.#readUpTo = this.#d.roomEvents.position.current;
        await delay(AFTER_FAILURE_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Events after the mark, and the position up to which there are no others. */
  async #next(): Promise<{ readonly events: readonly StoredEvent[]; readonly upTo: number }> {
    const { database, roomEvents, pushers } = this.#d;
    const upTo = this.#readUpTo;
    if (upTo <= this.#mark) {
      const events = this.#waiting;
      this.#waiting = [];
      return { events, upTo: events.at(-1)?.pos ?? this.#mark };
    }
    if (pushers.isEmpty) return { events: [], upTo };
    const page = await roomEvents.listAllSince(database.reader, this.#mark, PAGE);
    // What is not visible yet is announced when it is.
    const events = page.filter((event) => event.pos <= upTo);
    return { events, upTo: events.length < PAGE ? upTo : (events.at(-1)?.pos ?? upTo) };
  }

  async #queue(events: readonly StoredEvent[], upTo: number): Promise<void> {
    let rows: store.PendingPush[] = [];
    let mark = this.#mark;
    for (const event of events) {
      for await (const found of recipientsOf(event, this.#d)) {
        rows.push(...found);
        // The mark stays before this event: after a crash it is looked at again.
        if (rows.length >= MAX_ROWS) {
          await this.#save(rows, mark);
          rows = [];
        }
      }
      mark = event.pos;
    }
    if (rows.length > 0) await this.#save(rows, upTo);
    this.#mark = Math.max(this.#mark, upTo);
    this.#markTimer ??= setTimeout(() => this.#saveMark(), MARK_EVERY_MS).unref();
  }

  async #save(rows: readonly store.PendingPush[], mark: number): Promise<void> {
    await this.#d.database.write(async (tx) => {
      await store.insertPending(tx, rows, this.#d.clock.nowMs());
      await store.saveMark(tx, mark);
    });
    this.#savedMark = mark;
    this.#d.onQueued();
  }

  #saveMark(): void {
    this.#markTimer = undefined;
    if (this.#savedMark >= this.#mark) return;
    const mark = this.#mark;
    this.#d.database
      .write((tx) => store.saveMark(tx, mark))
      .then(
        () => (this.#savedMark = Math.max(this.#savedMark, mark)),
        (error: unknown) => this.#d.log.warn({ err: error }, 'the mark of queued notifications was not written'),
      );
  }
}
