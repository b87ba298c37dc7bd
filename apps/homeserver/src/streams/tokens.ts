/**
 * Tokens that clients hand back: opaque to them, versioned for us. A sync token is a vector of stream positions; a
 * pagination token is a place between two events of the `events` stream. Both are accepted where a place in a room's
 * history is asked for, so that `next_batch` and `prev_batch` work in `/messages`.
 */

/** One position per stream; everything up to and including it has been delivered. */
export interface SyncPositions {
  readonly events: number;
  readonly accountData: number;
  readonly receipts: number;
  readonly typing: number;
  readonly toDevice: number;
  readonly deviceLists: number;
  readonly pushRules: number;
  readonly threadSubscriptions: number;
  readonly presence: number;
  readonly profiles: number;
}

/** The order of positions in a token. New streams are added at the end and read as 0 from older tokens. */
const STREAMS = [
  'events',
  'accountData',
  'receipts',
  'typing',
  'toDevice',
  'deviceLists',
  'pushRules',
  'threadSubscriptions',
  'presence',
  'profiles',
] as const;

const SYNC_TOKEN = /^s1_(\d{1,16}(?:_\d{1,16}){0,15})$/;
/** A position in sliding sync: the part that names an answer, and after it a sync token of the same moment. */
const SLIDING_TOKEN = /^p1_[\w.-]{1,64}~(s1_.*)$/;
const PAGINATION_TOKEN = /^t1_(\d{1,16})$/;

export const encodeSyncToken = (positions: SyncPositions): string =>
  `s1_${STREAMS.map((stream) => positions[stream]).join('_')}`;

/** A position in sliding sync. `name` has letters, digits and `_.-`. */
export const encodeSlidingToken = (name: string, positions: SyncPositions): string =>
  `p1_${name}~${encodeSyncToken(positions)}`;

/** The moment of a position in sliding sync. */
export const parseSlidingToken = (token: string): SyncPositions | undefined =>
  parseSyncToken(SLIDING_TOKEN.exec(token)?.[1] ?? '');

export function parseSyncToken(token: string): SyncPositions | undefined {
  const numbers = SYNC_TOKEN.exec(token)?.[1]?.split('_').map(Number);
  if (numbers === undefined) return undefined;
  const at = (index: number): number => numbers[index] ?? 0;
  return {
    events: at(0),
    accountData: at(1),
    receipts: at(2),
    typing: at(3),
    toDevice: at(4),
    deviceLists: at(5),
    pushRules: at(6),
    threadSubscriptions: at(7),
    presence: at(8),
    profiles: at(9),
  };
}

/** The place just after the event at `position`: backwards from here starts with it, forwards with its successor. */
export const encodePaginationToken = (position: number): string => `t1_${position}`;

/** The place in the `events` stream that a token of any kind names. */
export function parsePaginationToken(token: string): number | undefined {
  const position = PAGINATION_TOKEN.exec(token)?.[1];
  if (position !== undefined) return Number(position);
  return (parseSyncToken(token) ?? parseSlidingToken(token))?.events;
}
