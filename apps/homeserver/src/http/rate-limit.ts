import { limitExceeded, type RateLimitClass } from '@stafette/contracts';
import type { Clock } from '../platform/clock.ts';

/** Requests that may come at once, and requests a second after that, for one requester (user or address) and class. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export type RateLimitTable = Readonly<Record<Exclude<RateLimitClass, 'none'>, RateLimit>>;

interface Bucket {
  tokens: number;
  updatedAtMs: number;
}

/** Buckets that are kept; beyond, the one not asked for the longest goes, which is most likely full again. */
const MAX_BUCKETS = 50_000;

/** The limit that holds for one requester instead of the table's; undefined where the table holds. */
export type FindOverride = (limitClass: RateLimitClass, requester: string) => RateLimit | 'unlimited' | undefined;

/** Token buckets per class and requester. */
export class RateLimiter {
  readonly #table: RateLimitTable;
  readonly #clock: Clock;
  readonly #overrideOf: FindOverride;
  readonly #buckets = new Map<string, Bucket>();

  constructor(table: RateLimitTable, clock: Clock, overrideOf: FindOverride = () => undefined) {
    this.#table = table;
    this.#clock = clock;
    this.#overrideOf = overrideOf;
  }

  /** Takes one token or throws M_LIMIT_EXCEEDED with the time until the next. */
  take(limitClass: RateLimitClass, requester: string): void {
    if (limitClass === 'none') return;
    const limit = this.#overrideOf(limitClass, requester) ?? this.#table[limitClass];
    if (limit === 'unlimited') return;
    const { burst, perSecond } = limit;
    const key = `${limitClass} ${requester}`;
    const now = this.#clock.nowMs();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, updatedAtMs: now };
    const refilled = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.updatedAtMs) / 1000) * perSecond);
    if (refilled < 1) throw limitExceeded(Math.ceil(((1 - refilled) / perSecond) * 1000));
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: refilled - 1, updatedAtMs: now });
    if (this.#buckets.size > MAX_BUCKETS) this.#dropOldest();
  }

  #dropOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
