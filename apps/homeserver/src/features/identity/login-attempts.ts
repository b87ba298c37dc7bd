import { createHash } from 'node:crypto';
import { limitExceeded } from '@stafette/contracts';
import type { Clock } from '../../platform/clock.ts';

/** Wrong passwords that may come at once for one name. */
const BURST = 20;
/** Time after which one more is allowed, ms. */
const REFILL_MS = 20_000;
/** Names that are kept; beyond, the one not tried for the longest goes. */
const MAX_NAMES = 50_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/**
 * Slows down guessing of one account's password, from however many addresses. It counts by the name that was typed: what
 * is counted, and when it is refused, then tells nothing about whether there is such an account.
 */
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
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left - 1, atMs: nowMs });
    if (this.#buckets.size > MAX_NAMES) this.#dropOldest();
  }

  succeeded(name: string): void {
    this.#buckets.delete(keyOf(name));
  }

  #dropOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/** Of one length, however long the name is. */
const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64');
