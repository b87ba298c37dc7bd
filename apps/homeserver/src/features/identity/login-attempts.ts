import { createHash } from 'node:crypto';
import { limitExceeded } from '@stafette/contracts';
import type { Clock } from '../../platform/clock.ts';

/** Wrong passwords that may come at once for one name. */
const BURST = 20;
/** Time after which one more is allowed, ms. */
const REFILL_MS = 20_000;
const SWEEP_AT = 50_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** Slows down guessing of one account's password, from however many addresses. Names that do not exist count alike. */
export class LoginAttempts {
  readonly #clock: Clock;
  readonly #isLimited: boolean;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, isLimited: boolean) {
    this.#clock = clock;
    this.#isLimited = isLimited;
  }

  /** Counts an attempt before it is made, so that many at once do not slip through. Throws M_LIMIT_EXCEEDED. */
  begin(name: string): void {
    if (!this.#isLimited) return;
    const nowMs = this.#clock.nowMs();
    const key = keyOf(name);
    const bucket = this.#buckets.get(key) ?? { left: BURST, atMs: nowMs };
    const left = Math.min(BURST, bucket.left + Math.max(0, nowMs - bucket.atMs) / REFILL_MS);
    if (left < 1) throw limitExceeded(Math.ceil((1 - left) * REFILL_MS));
    if (this.#buckets.size >= SWEEP_AT) this.#sweep(nowMs);
    this.#buckets.set(key, { left: left - 1, atMs: nowMs });
  }

  succeeded(name: string): void {
    this.#buckets.delete(keyOf(name));
  }

  #sweep(nowMs: number): void {
    for (const [key, { atMs }] of this.#buckets) if (nowMs - atMs > BURST * REFILL_MS) this.#buckets.delete(key);
  }
}

/** Of one length, however long the name is. */
const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64');
