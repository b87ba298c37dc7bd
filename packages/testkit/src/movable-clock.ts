import type { Clock } from '@stafette/homeserver';

/** 2026-01-05T08:00:00Z, a Monday morning. */
const START_MS = Date.UTC(2026, 0, 5, 8);

/** Time that stands still until a test moves it. */
export class MovableClock implements Clock {
  #nowMs: number;

  constructor(startMs = START_MS) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
  }
}
