import type { RoomId, UserId } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';

/** The longest that one request can make a user appear typing, ms. */
const MAX_TIMEOUT_MS = 120_000;
const DEFAULT_TIMEOUT_MS = 30_000;

interface TypingRoom {
  /** With the timer that ends it. */
  readonly users: Map<UserId, NodeJS.Timeout>;
  position: number;
}

/** `began` is who started to type; undefined when somebody stopped. */
export type TypingListener = (roomId: RoomId, position: number, began: UserId | undefined) => void;

interface Dependencies {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly joinedLocalUsers: (roomId: RoomId) => Iterable<UserId>;
}

/**
 * Who types where, in memory alone: after a restart nobody types. Positions start at the clock, so that they grow over
 * restarts too. https://spec.matrix.org/v1.19/client-server-api/#typing-notifications
 */
export class Typing {
  readonly position: StreamPosition;
  readonly #startedAt: number;
  readonly #notifier: Notifier;
  readonly #joinedLocalUsers: Dependencies['joinedLocalUsers'];
  readonly #rooms = new Map<RoomId, TypingRoom>();
  readonly #listeners: TypingListener[] = [];

  constructor({ clock, notifier, joinedLocalUsers }: Dependencies) {
    this.#startedAt = clock.nowMs();
    this.position = new StreamPosition('typing', this.#startedAt);
    this.#notifier = notifier;
    this.#joinedLocalUsers = joinedLocalUsers;
  }

  /** Called when a room's list changed and before anybody is woken. */
  onChanged(listener: TypingListener): void {
    this.#listeners.push(listener);
  }

  /** Starts or prolongs. */
  async start(userId: UserId, roomId: RoomId, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    let room = this.#rooms.get(roomId);
    if (room === undefined) this.#rooms.set(roomId, (room = { users: new Map(), position: 0 }));
    const known = room.users.get(userId);
    clearTimeout(known);
    const timer = setTimeout(() => void this.stop(userId, roomId), Math.min(timeoutMs, MAX_TIMEOUT_MS));
    room.users.set(userId, timer.unref());
    if (known === undefined) await this.#announce(roomId, room, userId);
  }

  async stop(userId: UserId, roomId: RoomId): Promise<void> {
    const room = this.#rooms.get(roomId);
    const timer = room?.users.get(userId);
    if (room === undefined || timer === undefined) return;
    clearTimeout(timer);
    room.users.delete(userId);
    await this.#announce(roomId, room, undefined);
  }

  /** The lists that changed in `(from, to]`; to a new client those that are not empty. */
  changes(roomIds: Iterable<RoomId>, from: number | undefined, to: number): ReadonlyMap<RoomId, readonly UserId[]> {
    const changed = new Map<RoomId, readonly UserId[]>();
    for (const roomId of roomIds) {
      const room = this.#rooms.get(roomId);
      // A client from before the restart may show people who type no more.
      if (from !== undefined && from < this.#startedAt) changed.set(roomId, room ? [...room.users.keys()] : []);
      else if (room === undefined || room.position > to) continue;
      else if (from === undefined ? room.users.size > 0 : room.position > from)
        changed.set(roomId, [...room.users.keys()]);
    }
    return changed;
  }

  /** Ends all timers. */
  dispose(): void {
    for (const room of this.#rooms.values()) for (const timer of room.users.values()) clearTimeout(timer);
  }

  async #announce(roomId: RoomId, room: TypingRoom, began: UserId | undefined): Promise<void> {
    await this.position.write(
      1,
      async (position) => (room.position = position),
      (position) => {
        for (const listener of this.#listeners) listener(roomId, position, began);
        this.#notifier.wakeForRoom(this.#joinedLocalUsers(roomId));
      },
    );
  }
}
