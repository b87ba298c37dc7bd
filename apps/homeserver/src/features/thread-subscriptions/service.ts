import { invalidParam, MatrixError, notFound } from '@stafette/contracts';
import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { ThreadSubscriptionChanges, ThreadSubscriptionStream } from '../../streams/sync-stream.ts';
import { parseSlidingToken } from '../../streams/tokens.ts';
import { canSee, type RoomEvents, type StoredEvent } from '../room-events/index.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly roomEvents: RoomEvents;
}

/** Threads that one account may have an opinion on, so that nobody fills the disk by following things. */
const MAX_THREADS = 20_000;

/** Users whose threads are kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 50_000;

const PAGE_TOKEN = /^\d{1,16}$/;

const noThread = (): MatrixError => notFound('There is no such thread');
const notInThread = (): MatrixError =>
  new MatrixError(400, 'IO.ELEMENT.MSC4306.M_NOT_IN_THREAD', 'The event is not in this thread');
const conflicting = (): MatrixError =>
  new MatrixError(
    409,
    'IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION',
    'The subscription was ended after this event',
  );
const tooMany = (): MatrixError =>
  new MatrixError(413, 'M_TOO_LARGE', `An account has at most ${MAX_THREADS} threads that it follows or followed`);

/** Which threads people follow. https://github.com/matrix-org/matrix-spec-proposals/pull/4306 */
export class ThreadSubscriptions implements ThreadSubscriptionStream {
  readonly position: StreamPosition;
  readonly #d: Dependencies;
  readonly #followed = new Map<UserId, ReadonlyMap<string, number>>();
  readonly #listeners: ((userId: UserId) => void)[] = [];

  private constructor(dependencies: Dependencies, lastPosition: number) {
    this.#d = dependencies;
    this.position = new StreamPosition('threadSubscriptions', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<ThreadSubscriptions> {
    return new ThreadSubscriptions(dependencies, await store.findLastPosition(dependencies.database.reader));
  }

  /** Throws M_NOT_FOUND when the thread is not followed, or not to be seen. */
  async find(key: store.ThreadKey): Promise<{ readonly isAutomatic: boolean }> {
    await this.#findVisible(key, key.root);
    const found = await store.find(this.#d.database.reader, key);
    if (found?.isSubscribed !== true) throw notFound('You do not follow this thread');
    return found;
  }

  /**
   * Follows a thread. `cause`: the event in it that made a client do so by itself; a subscription that the user ended
   * after that event stays ended, and one that they made themselves stays theirs. What comes after the cause is news to
   * them, without one what comes from now on.
   */
  async subscribe(key: store.ThreadKey, cause: EventId | undefined): Promise<void> {
    await this.#findVisible(key, key.root);
    const causePos = cause === undefined ? undefined : await this.#positionInThread(key, cause);
    const now = this.#d.roomEvents.position.current;
    await this.#change(key, (known) => {
      if (known?.isSubscribed === true)
        return causePos === undefined && known.isAutomatic ? { ...known, isAutomatic: false } : undefined;
      if (causePos !== undefined && causePos <= (known?.since ?? 0)) throw conflicting();
      return { isSubscribed: true, isAutomatic: causePos !== undefined, since: causePos ?? now };
    });
  }

  async unsubscribe(key: store.ThreadKey): Promise<void> {
    await this.#findVisible(key, key.root);
    const since = this.#d.roomEvents.position.current;
    await this.#change(key, (known) =>
      known?.isSubscribed === true ? { isSubscribed: false, isAutomatic: false, since } : undefined,
    );
  }

  /** The threads that somebody follows, by root, each with the position in the events stream since when. */
  async followedBy(userId: UserId): Promise<ReadonlyMap<string, number>> {
    const known = this.#followed.get(userId);
    if (known !== undefined) return known;
    const upTo = this.position.current;
    const rows = await store.listFollowed(this.#d.database.reader, userId);
    const followed = new Map(rows.map(({ root, since }) => [root, since]));
    if (this.#followed.size >= CACHE_SIZE) this.#followed.clear();
    // A change that became visible during the read would be forgotten.
    if (upTo === this.position.current) this.#followed.set(userId, followed);
    return followed;
  }

  /** Who followed a thread when the event at a position of the events stream came. */
  async followersOf(roomId: RoomId, root: string, pos: number): Promise<ReadonlySet<string>> {
    const rows = await store.listFollowers(this.#d.database.reader, roomId, root, pos);
    return new Set(rows.map(({ userId }) => userId));
  }

  /** Called when what somebody follows has changed and is visible, before anybody is woken. */
  onChanged(listener: (userId: UserId) => void): void {
    this.#listeners.push(listener);
  }

  async changes(userId: UserId, after: number, upTo: number, limit: number): Promise<ThreadSubscriptionChanges> {
    const changes = await store.listChanges(this.#d.database.reader, userId, after, upTo, limit + 1);
    const shown = changes.slice(0, limit);
    const subscribed: Record<RoomId, Record<string, { automatic: boolean; bump_stamp: number }>> = {};
    const unsubscribed: Record<RoomId, Record<string, { bump_stamp: number }>> = {};
    for (const { roomId, root, isSubscribed, isAutomatic, position } of shown) {
      if (isSubscribed) (subscribed[roomId] ??= {})[root] = { automatic: isAutomatic, bump_stamp: position };
      else (unsubscribed[roomId] ??= {})[root] = { bump_stamp: position };
    }
    const last = shown.at(-1);
    const end = changes.length > limit && last !== undefined ? last.position - 1 : undefined;
    return { subscribed, unsubscribed, end };
  }

  /**
   * As {@link changes}, back from a token of an earlier answer to the position of a sliding sync. Throws M_INVALID_PARAM
   * when one is none.
   */
  async changesBetween(
    userId: UserId,
    { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
    limit: number,
  ): Promise<ThreadSubscriptionChanges> {
    if (from !== undefined && !PAGE_TOKEN.test(from)) throw invalidParam('from is not a token of this server');
    const after = to === undefined ? 0 : parseSlidingToken(to)?.threadSubscriptions;
    if (after === undefined) throw invalidParam('to is not a position of sliding sync');
    return this.changes(userId, after, from === undefined ? this.position.current : Number(from), limit);
  }

  /** Leaves nothing of the account's behind. */
  async erase(userId: UserId): Promise<void> {
    await this.#d.database.write((tx) => store.removeAll(tx, userId));
    this.#followed.delete(userId);
  }

  /** Leaves nothing of a room that is no more. */
  async removeRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
    await store.removeOfRoom(tx, roomId);
  }

  /** `edit` makes the new subscription of the present one; undefined leaves it as it is. */
  async #change(
    key: store.ThreadKey,
    edit: (known: store.Subscription | undefined) => store.Subscription | undefined,
  ): Promise<void> {
    const write = async (tx: WriteTx, position: number): Promise<boolean> => {
      const known = await store.find(tx, key);
      const edited = edit(known);
      if (edited === undefined) return false;
      if (known === undefined && (await store.count(tx, key.userId)) >= MAX_THREADS) throw tooMany();
      await store.upsert(tx, key, edited, position);
      return true;
    };
    await this.position.write(
      1,
      async (position) => this.#d.database.write(async (tx) => write(tx, position)),
      (isChanged) => {
        if (!isChanged) return;
        this.#followed.delete(key.userId);
        for (const listener of this.#listeners) listener(key.userId);
        this.#d.notifier.wake(key.userId);
      },
    );
  }

  async #positionInThread(key: store.ThreadKey, cause: EventId): Promise<number> {
    const { relatesTo, pos } = await this.#findVisible(key, cause, notInThread);
    if (relatesTo?.relType !== 'm.thread' || relatesTo.eventId !== key.root) throw notInThread();
    return pos;
  }

  async #findVisible(
    { userId, roomId }: store.ThreadKey,
    eventId: EventId,
    refuse: () => MatrixError = noThread,
  ): Promise<StoredEvent> {
    const { database, roomEvents } = this.#d;
    const room = await roomEvents.findRoom(roomId);
    const [event] = room === undefined ? [] : await roomEvents.getEvents(database.reader, [eventId]);
    if (room === undefined || event === undefined || event.roomId !== roomId) throw refuse();
    if (!(await canSee(database.reader, room, userId, event))) throw refuse();
    return event;
  }
}
