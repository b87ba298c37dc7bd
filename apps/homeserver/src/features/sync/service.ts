import { unknownToken } from '@stafette/contracts';
import type { DeviceId, RoomId, UserId } from '@stafette/protocol';
import type { Notifier } from '../../streams/notifier.ts';
import { encodeSyncToken, type SyncPositions } from '../../streams/tokens.ts';
import type { MovedReceipt } from '../receipts/index.ts';
import type { CommittedEvent, RoomView } from '../room-events/index.ts';
import { ActiveUsers, type ActiveUser } from './core/active-users.ts';
import { AnswerBuilder, type Answer, type AnswerDependencies } from './v3/answer.ts';
import { Heroes } from './core/heroes.ts';
import { JoinedRooms } from './v3/joined-room.ts';
import { LazyMembers } from './core/lazy-members.ts';
import { LeftRooms } from './v3/left-room.ts';
import { RecentEvents } from './core/recent-events.ts';
import { RoomStateReader } from './core/room-state-reader.ts';
import type { SyncRequest } from './v3/sync-request.ts';
import { Timelines } from './core/timeline.ts';

/** The longest that a request waits, ms. */
const MAX_TIMEOUT_MS = 5 * 60 * 1000;

interface Dependencies extends Omit<AnswerDependencies, 'joinedRooms' | 'leftRooms'> {
  readonly notifier: Notifier;
  /** Whether a device is signed in. */
  readonly isSignedIn: (userId: UserId, deviceId: DeviceId | undefined) => Promise<boolean>;
}

/** A request that waits, so that the end of its session can end it. */
interface Poll {
  readonly deviceId: DeviceId | undefined;
  /** Its session ended or is good for less: the client has to ask anew. */
  isOver: boolean;
}

/**
 * News of everything that concerns a user, and waiting for it. Simplified sliding sync is to be another shape over the
 * same parts: change logs, recent events, room parts. https://spec.matrix.org/v1.19/client-server-api/#syncing
 */
export class Sync {
  readonly #d: Dependencies;
  readonly #active = new ActiveUsers();
  readonly #recent: RecentEvents;
  readonly #builder: AnswerBuilder;
  readonly #lazyMembers = new LazyMembers();
  readonly #polls = new Map<UserId, Set<Poll>>();
  /** Answers that are being made; the same question asked again meanwhile gets the same answer. */
  readonly #building = new Map<string, Promise<Answer>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    const { database, roomEvents } = dependencies;
    this.#recent = new RecentEvents(roomEvents.position.current);
    const timelines = new Timelines({ database, roomEvents, recent: this.#recent });
    const state = new RoomStateReader(database, roomEvents);
    const joinedRooms = new JoinedRooms({ database, roomEvents, timelines, state, heroes: new Heroes() });
    const leftRooms = new LeftRooms({ database, roomEvents, timelines, state });
    this.#builder = new AnswerBuilder({ ...dependencies, joinedRooms, leftRooms });
    roomEvents.onCommitted((events) => this.#observeEvents(events));
    dependencies.receipts.onMoved((moved) => this.#observeReceipt(moved));
    dependencies.typing.onChanged((roomId, position) => this.#observeTyping(roomId, position));
    dependencies.notifier.onPersonalNews((userId) => this.#observePersonal(userId));
  }

  /** Users whose changes are noted. */
  get activeCount(): number {
    return this.#active.size;
  }

  /** Ends the waiting requests of sessions that have ended or are good for less. `deviceIds` undefined: all of the user. */
  endSessions(userId: UserId, deviceIds: readonly DeviceId[] | undefined): void {
    for (const poll of this.#polls.get(userId) ?? []) {
      if (deviceIds === undefined || (poll.deviceId !== undefined && deviceIds.includes(poll.deviceId)))
        poll.isOver = true;
    }
    this.#d.notifier.wake(userId);
  }

  /**
   * The next answer as JSON text. `readRequest` reads the rest of the request, which may take a moment.
   *
   * 1. From the first tick on, the end of the session ends the request.
   * 2. Presenting a token acknowledges what it covers.
   * 3. Interest is registered before the look, so that nothing falls between.
   * 4. With nothing new the request waits for the user's next news, at most `timeoutMs`.
   */
  async answer(
    { userId, deviceId }: Pick<SyncRequest, 'userId' | 'deviceId'>,
    readRequest: () => Promise<SyncRequest>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<string> {
    const poll: Poll = { deviceId, isOver: false };
    this.#addPoll(userId, poll);
    try {
      const request = await readRequest();
      const since = this.#adjusted(request.since);
      const active = this.#touch(userId);
      if (since !== undefined) await this.#acknowledge(userId, deviceId, since, active);
      const mayWait = since !== undefined && !request.isFullState && timeoutMs > 0;
      const adjusted = { ...request, since };
      if (!mayWait) return (await this.#build(adjusted, active)).text;
      return await this.#waitForNews(adjusted, since, Math.min(timeoutMs, MAX_TIMEOUT_MS), signal, poll);
    } finally {
      this.#removePoll(userId, poll);
    }
  }

  #touch(userId: UserId): ActiveUser {
    return this.#active.touch(userId, this.#builder.positions(), this.#d.clock.nowMs());
  }

  /** Typing is counted from the clock: after a restart with the clock set back, a token may be ahead of it. */
  #adjusted(since: SyncPositions | undefined): SyncPositions | undefined {
    return since !== undefined && since.typing > this.#d.typing.position.current ? { ...since, typing: 0 } : since;
  }

  async #waitForNews(
    request: SyncRequest,
    since: SyncPositions,
    timeoutMs: number,
    signal: AbortSignal,
    poll: Poll,
  ): Promise<string> {
    const { userId } = request;
    const endsAt = performance.now() + timeoutMs;
    for (;;) {
      const remainingMs = endsAt - performance.now();
      const active = this.#touch(userId);
      const news = this.#d.notifier.wait(userId, Math.max(0, remainingMs), signal);
      try {
        if (poll.isOver && !(await this.#d.isSignedIn(userId, request.deviceId))) throw unknownToken();
        const isLast = remainingMs <= 0 || signal.aborted || poll.isOver;
        if (isLast || active.mayHaveNews(since)) {
          const answer = await this.#build(request, active);
          if (!answer.isEmpty || isLast) return answer.text;
          // The answer may be that of another request, begun before the news that this one would have been woken by.
          if (active.mayHaveNews(answer.to)) continue;
        }
        await news.promise;
      } finally {
        news.cancel();
      }
    }
  }

  async #build(request: SyncRequest, active: ActiveUser): Promise<Answer> {
    const { userId, deviceId, since, filter, isFullState, stateAfter } = request;
    const token = since === undefined ? undefined : encodeSyncToken(since);
    const key = `${userId} ${deviceId ?? ''} ${token ?? ''} ${isFullState} ${stateAfter.join()} ${filter.key}`;
    const underWay = this.#building.get(key);
    if (underWay !== undefined) return underWay;
    const lazyMembers = filter.room.lazyLoadMembers
      ? this.#lazyMembers.begin(`${userId} ${deviceId ?? ''}`, token)
      : undefined;
    const building = this.#builder.build(request, active, lazyMembers);
    this.#building.set(key, building);
    try {
      const answer = await building;
      lazyMembers?.finish(answer.nextBatch);
      return answer;
    } finally {
      this.#building.delete(key);
    }
  }

  async #acknowledge(
    userId: UserId,
    deviceId: DeviceId | undefined,
    since: SyncPositions,
    active: ActiveUser,
  ): Promise<void> {
    if (deviceId === undefined || since.toDevice <= (active.acknowledged.get(deviceId) ?? 0)) return;
    await this.#d.toDevice.acknowledge(userId, deviceId, since.toDevice);
    active.acknowledged.set(deviceId, since.toDevice);
  }

  #addPoll(userId: UserId, poll: Poll): void {
    let polls = this.#polls.get(userId);
    if (polls === undefined) this.#polls.set(userId, (polls = new Set()));
    polls.add(poll);
  }

  #removePoll(userId: UserId, poll: Poll): void {
    const polls = this.#polls.get(userId);
    if (polls?.delete(poll) === true && polls.size === 0) this.#polls.delete(userId);
  }

  #observeEvents(events: readonly CommittedEvent[]): void {
    const toWake = new Set<UserId>();
    for (const event of events) {
      this.#recent.add(event);
      const room = this.#d.roomEvents.loadedRoom(event.roomId);
      const changesCompanions = event.type === 'm.room.member' || event.type === 'm.room.encryption';
      const note = (userId: UserId): void => {
        const active = this.#active.find(userId);
        if (active === undefined) return;
        active.events.add(event.roomId, event.pos);
        if (changesCompanions) active.companionsAt = event.pos;
        toWake.add(userId);
      };
      for (const userId of room?.joinedLocalUsers() ?? []) note(userId);
      // Who was invited, left or was removed is not among the joined.
      if (event.membership !== undefined && event.membership.to !== 'join') note(event.membership.userId);
    }
    this.#d.notifier.wakeForRoom(toWake);
  }

  #observeReceipt({ roomId, receipt, position }: MovedReceipt): void {
    if (receipt.type === 'm.read.private') this.#active.find(receipt.userId)?.receipts.add(roomId, position);
    else this.#forActiveMembers(roomId, (active) => active.receipts.add(roomId, position));
  }

  #observeTyping(roomId: RoomId, position: number): void {
    this.#forActiveMembers(roomId, (active) => active.typing.add(roomId, position));
  }

  #observePersonal(userId: UserId): void {
    const active = this.#active.find(userId);
    if (active !== undefined) active.personalAt = this.#builder.positions();
  }

  #forActiveMembers(roomId: RoomId, note: (active: ActiveUser) => void): void {
    const room: RoomView | undefined = this.#d.roomEvents.loadedRoom(roomId);
    for (const userId of room?.joinedLocalUsers() ?? []) {
      const active = this.#active.find(userId);
      if (active !== undefined) note(active);
    }
  }
}
