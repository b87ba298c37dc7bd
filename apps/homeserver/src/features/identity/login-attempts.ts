import { createHash } from 'node:crypto';
import { limitExceeded } from '@stafette/contracts';
import type { Clock } from '../../platform/clock.ts';

interface AttemptLimit {
  /** Attempts that may come at once for one name. */
  readonly burst: number;
  /** Time after which one more is allowed, ms. */
  readonly refillMs: number;
}

const WRONG_PASSWORDS: AttemptLimit = { burst: 20, refillMs: 20_000 };
/** Names that are kept; beyond, the one not tried for the longest goes. */
const MAX_NAMES = 50_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/**
 * Slows down what may be tried for one name, such as guessing an account's password, from however many addresses. It counts by the name that was typed: what
 * is counted, and when it is refused, then tells nothing about whether there is such an account.
 */
export class LoginAttempts {
  readonly #clock: Clock;
  readonly #isLimited: boolean;
  readonly #limit: AttemptLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, isLimited: boolean, limit = WRONG_PASSWORDS) {
    this.#clock = clock;
    this.#limit = limit;
    this.#isLimited = isLimited;
  }

  /** Counts an attempt before it is made, so that many at once do not slip through. Throws M_LIMIT_EXCEEDED. */
  begin(name: string): void {
    if (!this.#isLimited) return;
    const { burst, refillMs } = this.#limit;
    const nowMs = this.#clock.nowMs();
    const key = keyOf(name);
    const bucket = this.#buckets.get(key) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, bucket.left + Math.max(0, nowMs - bucket.atMs) / refillMs);
    if (left < 1) throw limitExceeded(Math.ceil((1 - left) * refillMs));
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
