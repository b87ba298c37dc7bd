import type { Random } from '../../../platform/random.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { objectOf } from '../core/json.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { AnswerBuilder, type Answer } from './answer.ts';
import { Connections, type Connection, type Progress } from './connections.ts';
import type { RoomLabels } from './room-labels.ts';
import type { SlidingRequest } from './sliding-request.ts';
import { UserRooms } from './user-rooms.ts';

interface Dependencies {
  readonly random: Random;
  readonly labels: RoomLabels;
}

/**
 * Sliding sync: news of the rooms that a client looks at, on connections that remember what it was told.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4186
 */
export class SlidingSync {
  readonly #core: SyncCore;
  readonly #labels: RoomLabels;
  readonly #connections: Connections;
  readonly #builder: AnswerBuilder;
  /** Kept as long as the user's change log, from which they follow. */
  readonly #rooms = new WeakMap<ActiveUser, UserRooms>();

  constructor(core: SyncCore, { random, labels }: Dependencies) {
    this.#core = core;
    this.#labels = labels;
    this.#connections = new Connections({ clock: core.clock, random });
    this.#builder = new AnswerBuilder(core);
  }

  /**
   * The next answer as JSON text. Throws M_UNKNOWN_POS when the client has to begin anew.
   *
   * 1. From the first tick on, the user is there, and the end of the session ends the request.
   * 2. The position says what the client has; the token of its messages, which of them can be deleted.
   * 3. With nothing new the request waits for the user's next news, unless it is the first of its connection.
   */
  async answer(request: SlidingRequest, signal: AbortSignal): Promise<string> {
    const { userId, deviceId, timeoutMs, toDevice, shape } = request;
    const { news, polls } = this.#core;
    const touch = (): ActiveUser => {
      const user = news.touch(userId);
      if (request.profiles !== undefined) user.looksAtProfiles = true;
      return user;
    };
    return polls.run(request, async (poll) => {
      const active = touch();
      const name = `${request.dialect.name} ${request.connId}`;
      const connection = this.#connections.open({ userId, deviceId, name }, request.pos);
      const { progress } = connection;
      if (deviceId !== undefined && toDevice !== undefined)
        await active.acknowledge(this.#core.toDevice, { userId, deviceId }, toDevice.since);
      const build = async (user: ActiveUser): Promise<Answer> => this.#build(request, connection, user);
      const answer =
        progress === undefined || timeoutMs === 0
          ? await build(active)
          : await polls.waitForNews(poll, {
              since: progress.positions,
              timeoutMs,
              signal,
              mustLook: progress.shape.key !== shape.key || asksForMore(request, progress),
              touch,
              mayHaveNews: (user, since) => mayHaveNews(request, user, since),
              build,
            });
      return this.#finish(request, connection, progress, answer);
    });
  }

  async #build(request: SlidingRequest, connection: Connection, active: ActiveUser): Promise<Answer> {
    const { userId, deviceId, dialect, connId, pos } = request;
    let rooms = this.#rooms.get(active);
    if (rooms === undefined) {
      const { database, roomEvents } = this.#core;
      rooms = new UserRooms({ database, roomEvents, labels: this.#labels }, userId, active);
      this.#rooms.set(active, rooms);
    }
    const key = `${userId} ${deviceId ?? ''} ${dialect.name} ${connId}`;
    const lazyMembers = this.#core.lazyMembers.begin(key, pos);
    return this.#builder.build(request, connection, active, rooms, lazyMembers);
  }

  #finish(
    { txnId }: SlidingRequest,
    connection: Connection,
    base: Progress | undefined,
    { step, parts, lazyMembers }: Answer,
  ): string {
    const pos = connection.propose(step, base);
    lazyMembers.finish(pos);
    return objectOf([
      ['pos', JSON.stringify(pos)],
      txnId === undefined ? undefined : ['txn_id', JSON.stringify(txnId)],
      ...parts,
    ]);
  }
}

/** Whether something is asked for that the last answer could have told and did not. */
const asksForMore = ({ toDevice, threadSubscriptions }: SlidingRequest, { positions, hasThreads }: Progress): boolean =>
  (toDevice !== undefined && toDevice.since < positions.toDevice) || (threadSubscriptions !== undefined && !hasThreads);

/** False only when nothing that the request is about can have changed after the positions. */
function mayHaveNews(
  { shape, dialect, toDevice, wantsDeviceLists, threadSubscriptions, profiles }: SlidingRequest,
  active: ActiveUser,
  since: SyncPositions,
): boolean {
  const { accountData, receipts, typing } = shape.scopes;
  const hasRooms = shape.lists.length > 0 || shape.subscriptions.size > 0;
  const { personalAt } = active;
  return (
    (hasRooms && active.events.last > since.events) ||
    (hasRooms && dialect.hasCounts && active.reads.last > since.receipts) ||
    (receipts !== undefined && active.receipts.last > since.receipts) ||
    (typing !== undefined && active.typing.last > since.typing) ||
    ((accountData !== undefined || hasRooms) &&
      (personalAt.accountData > since.accountData || personalAt.pushRules > since.pushRules)) ||
    (threadSubscriptions !== undefined && personalAt.threadSubscriptions > since.threadSubscriptions) ||
    (profiles !== undefined && (active.profilesAt > since.profiles || active.companionsAt > since.events)) ||
    (toDevice !== undefined && personalAt.toDevice > since.toDevice) ||
    (wantsDeviceLists && (personalAt.deviceLists > since.deviceLists || active.companionsAt > since.events))
  );
}
