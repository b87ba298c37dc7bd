import type { UserId } from '@stafette/protocol';

/** Up to where a user has read one room; positions of events. */
export class ReadFloors {
  /** Applies to all threads: joins and unthreaded receipts. */
  #unthreaded = 0;
  #main = 0;
  #threads: Map<string, number> | undefined;
  /** The room's running counter at the main floor. */
  seqAtMain = 0;

  /** `threadId` is '', 'main' or a root. True when the main floor rose, and with it {@link seqAtMain} is due. */
  raise(threadId: string, pos: number): boolean {
    const before = this.main;
    if (threadId === '') this.#unthreaded = Math.max(this.#unthreaded, pos);
    else if (threadId === 'main') this.#main = Math.max(this.#main, pos);
    else {
      this.#threads ??= new Map();
      this.#threads.set(threadId, Math.max(this.#threads.get(threadId) ?? 0, pos));
    }
    return this.main > before;
  }

  get main(): number {
    return Math.max(this.#main, this.#unthreaded);
  }

  thread(threadId: string): number {
    return threadId === 'main' ? this.main : Math.max(this.#threads?.get(threadId) ?? 0, this.#unthreaded);
  }

  /** No event up to here is unread in any thread. */
  get lowest(): number {
    return this.#unthreaded;
  }
}

/** Floors kept in memory before all are dropped and read again as needed. */
const MAX_FLOORS = 300_000;

/** Floors of the users who synchronise, by room. */
export class ReadFloorsByRoom {
  readonly #rooms = new Map<number, Map<UserId, ReadFloors>>();
  #count = 0;

  find(roomNid: number, userId: UserId): ReadFloors | undefined {
    return this.#rooms.get(roomNid)?.get(userId);
  }

  set(roomNid: number, userId: UserId, floors: ReadFloors): void {
    if (this.#count >= MAX_FLOORS) {
      this.#rooms.clear();
      this.#count = 0;
    }
    let users = this.#rooms.get(roomNid);
    if (users === undefined) this.#rooms.set(roomNid, (users = new Map()));
    if (!users.has(userId)) this.#count += 1;
    users.set(userId, floors);
  }

  forget(roomNid: number, userId: UserId): void {
    if (this.#rooms.get(roomNid)?.delete(userId) === true) this.#count -= 1;
  }
}
