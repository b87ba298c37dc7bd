import { fitsUtf8Bytes } from '../utf8.ts';
import { MAX_STATE_KEY_BYTES, MAX_TYPE_BYTES } from './event-limits.ts';

/** Whether this can be an event type. U+0000 is refused because databases cannot hold it in a text. */
export function isEventType(text: string): boolean {
  return isBounded(text, MAX_TYPE_BYTES);
}

/** Whether this can be a state key; the empty one is the usual one. */
export function isStateKey(text: string): boolean {
  return isBounded(text, MAX_STATE_KEY_BYTES);
}

function isBounded(text: string, limitBytes: number): boolean {
  return text.isWellFormed() && fitsUtf8Bytes(text, limitBytes) && !text.includes('\u0000');
}
