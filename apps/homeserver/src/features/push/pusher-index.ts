import type { UserId } from '@stafette/protocol';
import type { PusherKind } from './pusher-request.ts';

/** What deciding about a notification needs to know of a pusher. */
export interface ActivePusher {
  readonly id: number;
  readonly kind: PusherKind;
  /** Scheme, host and port of where it goes. */
  readonly gateway: string;
  /** Only of events after this position of their stream it is notified. */
  readonly sincePos: number;
}

const NONE: readonly ActivePusher[] = [];

/** Who has a pusher that is switched on. In memory, so that a message costs nothing when nobody has one. */
export class PusherIndex {
  readonly #users = new Map<UserId, readonly ActivePusher[]>();

  set(userId: UserId, pushers: readonly ActivePusher[]): void {
    if (pushers.length === 0) this.#users.delete(userId);
    else this.#users.set(userId, pushers);
  }

  of(userId: UserId): readonly ActivePusher[] {
    return this.#users.get(userId) ?? NONE;
  }

  get isEmpty(): boolean {
    return this.#users.size === 0;
  }

  /** Those of the users who have one; the smaller of the two sets is gone through. */
  among(users: ReadonlySet<UserId>): UserId[] {
    return this.#users.size < users.size
      ? [...this.#users.keys()].filter((userId) => users.has(userId))
      : [...users].filter((userId) => this.#users.has(userId));
  }
}
