import type { UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { listImplicitReads, removeImplicitReadsOf, saveImplicitReads, type ImplicitRead } from './store.ts';

/** How long a write may wait for others to join it, ms. */
const FLUSH_AFTER_MS = 1000;

/**
 * What users have read by joining or sending. Kept in memory and written once a second for all, so that a send costs
 * nothing here; after a crash the missing second is read from the events again.
 */
export class ImplicitReads {
  readonly #database: Database;
  /** Not written yet; by user, and then by room and thread, so that a busy sender is one row. */
  readonly #dirty = new Map<UserId, Map<string, ImplicitRead>>();
  #mark = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  readonly #onFailure: (error: unknown) => void;

  constructor(database: Database, onFailure: (error: unknown) => void) {
    this.#database = database;
    this.#onFailure = onFailure;
  }

  add(read: ImplicitRead): void {
    let ofUser = this.#dirty.get(read.userId);
    if (ofUser === undefined) this.#dirty.set(read.userId, (ofUser = new Map()));
    ofUser.set(`${read.roomNid} ${read.threadId}`, read);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(this.#onFailure);
    }, FLUSH_AFTER_MS).unref();
  }

  /** Everything up to this position of the event stream has been added. */
  advance(pos: number): void {
    this.#mark = Math.max(this.#mark, pos);
  }

  async list(userId: UserId, roomNids: readonly number[]): Promise<readonly ImplicitRead[]> {
    const stored = await listImplicitReads(this.#database.reader, userId, roomNids);
    const wanted = new Set(roomNids);
    return [...stored, ...[...(this.#dirty.get(userId)?.values() ?? [])].filter((read) => wanted.has(read.roomNid))];
  }

  /** Leaves nothing of a room that is no more. */
  async removeRoom(tx: WriteTx, roomNid: number): Promise<void> {
    for (const ofUser of this.#dirty.values())
      for (const [key, read] of ofUser) if (read.roomNid === roomNid) ofUser.delete(key);
    await removeImplicitReadsOf(tx, roomNid);
  }

  /** Writes what is waiting; at shutdown too. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#write());
    await this.#flushing;
  }

  async #write(): Promise<void> {
    const mark = this.#mark;
    const reads = [...this.#dirty.values()].flatMap((ofUser) => [...ofUser]);
    if (reads.length === 0) return;
    await this.#database.write((tx) =>
      saveImplicitReads(
        tx,
        reads.map(([, read]) => read),
        mark,
      ),
    );
    // Only now: until it is stored, `list` has to find it here. What changed since then stays.
    for (const [key, read] of reads) {
      const ofUser = this.#dirty.get(read.userId);
      if (ofUser?.get(key) === read) ofUser.delete(key);
      if (ofUser?.size === 0) this.#dirty.delete(read.userId);
    }
  }
}
