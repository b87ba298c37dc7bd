import { OutboundError, type OutboundResponse } from '../../platform/outbound/index.ts';

/**
 * How an attempt ended. `delivered`: it is done. `gone`: there is no such pusher any more. `unfit`: this one will never be
 * taken. `refused`: the gateway is there and did not take it, try again after that time at least. `resting`: it is done, and
 * the next one is for after that time. `unreachable`: no answer.
 */
export type Attempt =
  | { readonly outcome: 'delivered' | 'gone' | 'unfit' | 'unreachable' }
  | { readonly outcome: 'refused' | 'resting'; readonly retryAfterMs: number };

export const TIMEOUT_MS = 10_000;
export const MAX_RESPONSE_BYTES = 64 * 1024;
/** However long a gateway asks to be left alone. */
const MAX_RETRY_AFTER_S = 60 * 60;

/** The gateway's wish in its `Retry-After`, in seconds; as a date it is not read. */
export function refusedBy({ headers }: Pick<OutboundResponse, 'headers'>): Attempt {
  const header = headers['retry-after'];
  const seconds = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0;
  return { outcome: 'refused', retryAfterMs: Math.min(seconds, MAX_RETRY_AFTER_S) * 1000 };
}

/** An answer that is too large is an answer; everything else is none. */
export const attemptFrom = (error: unknown): Attempt => {
  if (!(error instanceof OutboundError)) throw error;
  return error.kind === 'too-large' ? { outcome: 'refused', retryAfterMs: 0 } : { outcome: 'unreachable' };
};
