import type { Clock } from '../../platform/clock.ts';

/** The clock may be corrected while somebody waits, so that it is asked again and again: a comparison in memory. */
const LOOK_MS = 200;

/** Calls `work` when a time has come; `work` never runs twice at once and says when it is next wanted. */
export class DueTimer {
  readonly #clock: Clock;
  readonly #work: () => Promise<number | undefined>;
  readonly #timer: NodeJS.Timeout;
  #dueMs = 0;
  #running: Promise<void> | undefined;

  /** The first call comes at once: what became due while nothing ran. */
  constructor(clock: Clock, work: () => Promise<number | undefined>) {
    this.#clock = clock;
    this.#work = work;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
    this.#look();
  }

  /** Something is due at this time, in milliseconds since 1970. */
  wantedAt(dueMs: number): void {
    this.#dueMs = Math.min(this.#dueMs, dueMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #look(): void {
    if (this.#running !== undefined || this.#clock.nowMs() < this.#dueMs) return;
    // Whoever wants something meanwhile is heard.
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#running = this.#work().then((next) => {
      this.#running = undefined;
      if (next !== undefined) this.wantedAt(next);
    });
  }
}
