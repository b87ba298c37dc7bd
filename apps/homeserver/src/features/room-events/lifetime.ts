import type { JsonObject, JsonValue } from '@stafette/protocol';

/** What the operator says about how long messages are kept, in milliseconds. */
export interface RetentionLimits {
  /** For rooms that say nothing; undefined: for ever. */
  readonly defaultMs: number | undefined;
  /** What rooms say counts within these bounds. */
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
}

export const NO_LIMITS: RetentionLimits = { defaultMs: undefined, minMs: undefined, maxMs: undefined };

const isDuration = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/**
 * How long the messages of a room are kept, in milliseconds; undefined: for ever. A policy that contradicts itself is none.
 * MSC1763: https://github.com/matrix-org/matrix-spec-proposals/pull/1763
 */
export function lifetimeOf(policy: JsonObject | undefined, limits: RetentionLimits): number | undefined {
  const { max_lifetime: longest, min_lifetime: shortest } = policy ?? {};
  if (!isDuration(longest)) return limits.defaultMs;
  if (isDuration(shortest) && shortest > longest) return limits.defaultMs;
  return Math.max(limits.minMs ?? 0, Math.min(limits.maxMs ?? Infinity, longest));
}
