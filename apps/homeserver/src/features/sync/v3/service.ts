import type { DeviceId, UserId } from '@stafette/protocol';
import { encodeSyncToken, type SyncPositions } from '../../../streams/tokens.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { Asker } from '../core/long-polls.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { AnswerBuilder, type Answer } from './answer.ts';
import { JoinedRooms } from './joined-room.ts';
import { LeftRooms } from './left-room.ts';
import { wantsPresence } from './presence-news.ts';
import type { SyncRequest } from './sync-request.ts';

/** `/v3/sync`: everything of all the user's rooms. https://spec.matrix.org/v1.19/client-server-api/#syncing */
export class V3Sync {
  readonly #core: SyncCore;
  readonly #builder: AnswerBuilder;
  /** Answers that are being made; the same question asked again meanwhile gets the same answer. */
  readonly #building = new Map<string, Promise<Answer>>();

  constructor(core: SyncCore) {
    this.#core = core;
    this.#builder = new AnswerBuilder({
      ...core,
      joinedRooms: new JoinedRooms(core),
      leftRooms: new LeftRooms(core),
    });
  }

  /**
   * The next answer as JSON text. `readRequest` reads the rest of the request, which may take a moment.
   *
   * 1. From the first tick on, the user is there, and the end of the session ends the request.
   * 2. Presenting a token acknowledges what it covers.
   * 3. With nothing new the request waits for the user's next news, at most `timeoutMs`.
   */
  async answer(
    asker: Asker,
    readRequest: () => Promise<SyncRequest>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<string> {
    const { news, polls } = this.#core;
    const { userId, deviceId } = asker;
    return polls.run(asker, async (poll) => {
      const request = await readRequest();
      const since = this.#adjusted(request.since);
      const active = news.touch(userId);
      if (since !== undefined) await this.#acknowledge(userId, deviceId, since, active);
      const adjusted = { ...request, since };
      const mayWait = since !== undefined && !request.isFullState && timeoutMs > 0;
      if (!mayWait) return (await this.#build(adjusted, active)).text;
      const answer = await polls.waitForNews(poll, {
        since,
        timeoutMs,
        signal,
        touch: () => news.touch(userId),
        mayHaveNews: (user, after) =>
          user.mayHaveNews(after) || (wantsPresence(request.filter) && user.hasPresenceNews(after)),
        build: async (user) => this.#build(adjusted, user),
      });
      return answer.text;
    });
  }

  /** Typing is counted from the clock: after a restart with the clock set back, a token may be ahead of it. */
  #adjusted(since: SyncPositions | undefined): SyncPositions | undefined {
    return since !== undefined && since.typing > this.#core.typing.position.current ? { ...since, typing: 0 } : since;
  }

  async #build(request: SyncRequest, active: ActiveUser): Promise<Answer> {
    const { userId, deviceId, since, filter, isFullState, stateAfter } = request;
    const token = since === undefined ? undefined : encodeSyncToken(since);
    const key = `${userId} ${deviceId ?? ''} ${token ?? ''} ${isFullState} ${stateAfter.join()} ${filter.key}`;
    const underWay = this.#building.get(key);
    if (underWay !== undefined) return underWay;
    const lazyMembers = filter.room.lazyLoadMembers
      ? this.#core.lazyMembers.begin(`${userId} ${deviceId ?? ''}`, token)
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
    if (deviceId !== undefined) await active.acknowledge(this.#core.toDevice, { userId, deviceId }, since.toDevice);
  }
}
