import type { RateLimitTable } from './rate-limit.ts';

/**
 * How often one requester may ask: the one table, for people and for fuzzers. The requester is the account, or the
 * address where there is none. `burst` in requests, `perSecond` in requests a second once the burst is used up.
 */
export const rateLimits: RateLimitTable = {
  /** Looking things up. A client that starts asks a few hundred times at once. */
  read: { burst: 600, perSecond: 60 },
  /** Sending events and receipts. */
  message: { burst: 60, perSecond: 10 },
  /** News. A long poll that waits costs one. */
  sync: { burst: 60, perSecond: 10 },
  /**
   * Proving who one is. An office shares one address on a Monday morning; guesses against one account are counted apart,
   * in `features/identity/login-attempts.ts`.
   */
  login: { burst: 100, perSecond: 2 },
  /**
   * Making accounts, and trying invitation codes, which are too long to be guessed. While somebody types one, clients ask
   * every two seconds whether it is there yet, and a class that signs up shares one address.
   */
  registration: { burst: 100, perSecond: 10 },
  /** Asking for mails to addresses; those to one address are counted apart, in `features/third-party-ids`. */
  mail: { burst: 20, perSecond: 0.05 },
  /** Making, joining and changing rooms, and changing the profile that they show. */
  room: { burst: 60, perSecond: 1 },
  /** Asking others to join. */
  invite: { burst: 60, perSecond: 1 },
  /** Uploads, downloads, thumbnails. A room full of pictures asks for many. */
  media: { burst: 300, perSecond: 20 },
  /** Keys of devices and people; messages between devices. */
  keys: { burst: 300, perSecond: 20 },
  /** Searching people, rooms and messages. */
  search: { burst: 30, perSecond: 1 },
  /** Looking at pages on the web. */
  preview: { burst: 30, perSecond: 1 },
  /** Telling the administrators of something: each is read by a person. */
  report: { burst: 20, perSecond: 0.05 },
  /** What another server asks for all of its people; each counts for the server, and before that for its address. */
  federation: { burst: 1000, perSecond: 100 },
};
