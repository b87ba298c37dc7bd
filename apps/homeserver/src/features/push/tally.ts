export interface Counts {
  readonly notificationCount: number;
  readonly highlightCount: number;
}

/** Unread events of one room. `main` leaves threads out; `threads` has those with something unread. */
export interface UnreadOfRoom {
  readonly main: Counts;
  readonly threads: ReadonlyMap<string, Counts>;
}

export const NOTHING_UNREAD: UnreadOfRoom = { main: { notificationCount: 0, highlightCount: 0 }, threads: new Map() };

/** Adds up counts of main timeline and threads. */
export class Tally {
  #main = { notificationCount: 0, highlightCount: 0 };
  readonly #threads = new Map<string, { notificationCount: number; highlightCount: number }>();

  constructor(mainNotifications: number) {
    this.#main.notificationCount = mainNotifications;
  }

  add(threadId: string, notifications: number, highlights: number): void {
    let counts = this.#main;
    if (threadId !== 'main') {
      counts = this.#threads.get(threadId) ?? { notificationCount: 0, highlightCount: 0 };
      this.#threads.set(threadId, counts);
    }
    counts.notificationCount += notifications;
    counts.highlightCount += highlights;
  }

  result(): UnreadOfRoom {
    return { main: this.#main, threads: this.#threads };
  }
}
