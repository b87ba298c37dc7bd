import { parseEmail, type CanonicalEmail, type UserId } from '@stafette/protocol';
import type { Destination } from '../push/index.ts';
import type { Attempt } from './attempt.ts';
import type { DuePush } from './store.ts';

/** The mails of this server, as far as they are about unread messages. */
export interface UnreadMails {
  /** Whether the address is the user's, still. */
  ownsAddress(userId: UserId, address: CanonicalEmail): Promise<boolean>;
  /** Resolves when the mail is on its way. `language`: as the pusher has it. */
  send(address: CanonicalEmail, language: string): Promise<void>;
}

/** What somebody reads within this time they hear of without a mail. */
export const MAIL_AFTER_MS = 10 * 60 * 1000;
/** Between two mails to one person: less than what a notification waits at most. */
const REST_MS = 23 * 60 * 60 * 1000;
/** The relay is there and did not take the mail. */
const REFUSED_MS = 60 * 60 * 1000;

/** The relay's own word, as against an error of reaching it. */
const isAnswer = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'responseCode' in error && typeof error.responseCode === 'number';

/** Whether a mail told of it already: it was queued before one was sent, and kept through the rest after that. */
export const wasMailed = ({ queuedAtMs, dueAtMs }: Pick<DuePush, 'queuedAtMs' | 'dueAtMs'>): boolean =>
  queuedAtMs < dueAtMs - REST_MS;

/** Writes to somebody that there is something to read: neither what, nor from whom. An address that they gave up gets nothing. */
export async function sendUnreadMail(
  mails: UnreadMails | undefined,
  { userId, pusher }: Destination,
): Promise<Attempt> {
  const address = parseEmail(pusher.pushkey);
  if (mails === undefined || address === undefined || !(await mails.ownsAddress(userId, address)))
    return { outcome: 'gone' };
  try {
    await mails.send(address, pusher.lang);
  } catch (error) {
    return isAnswer(error) ? { outcome: 'refused', retryAfterMs: REFUSED_MS } : { outcome: 'unreachable' };
  }
  return { outcome: 'resting', retryAfterMs: REST_MS };
}
