import { unknownToken } from '@stafette/contracts';
import type { DeviceId, UserId } from '@stafette/protocol';
import type { Notifier } from '../../../streams/notifier.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { Presence, PresenceState } from '../../presence/index.ts';
import type { ActiveUser } from './active-users.ts';

/** The longest that a request waits, ms. */
const MAX_TIMEOUT_MS = 5 * 60 * 1000;

/** A request under way, so that the end of its session can end it. */
export interface LongPoll {
  readonly userId: UserId;
  /** Absent for an application service. */
  readonly deviceId: DeviceId | undefined;
  /** Its session ended or is good for less: the client has to ask anew. */
  isOver: boolean;
}

/** Who asks, and how they appear by it. */
export interface Asker extends Pick<LongPoll, 'userId' | 'deviceId'> {
  readonly setPresence: PresenceState;
}

interface WaitingAnswer {
  /** Nothing is new: a request that may wait does. */
  readonly isEmpty: boolean;
  /** Where the answer ends. */
  readonly to: SyncPositions;
}

/** What a request waits for. */
export interface Question<Answer> {
  readonly since: SyncPositions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The first look is taken whatever is new: the client asks for something else than before. */
  readonly mustLook?: boolean;
  readonly touch: () => ActiveUser;
  /** False only when nothing at all that the request is about can have changed after the positions. */
  readonly mayHaveNews: (active: ActiveUser, since: SyncPositions) => boolean;
  readonly build: (active: ActiveUser) => Promise<Answer>;
}

interface Dependencies {
  readonly notifier: Notifier;
  readonly presence: Presence | undefined;
  /** Whether a device is signed in. */
  readonly isSignedIn: (userId: UserId, deviceId: DeviceId | undefined) => Promise<boolean>;
}

/** Requests that wait for news of their user, whatever the shape of their answers. */
export class LongPolls {
  readonly #d: Dependencies;
  readonly #polls = new Map<UserId, Set<LongPoll>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Ends the waiting requests of sessions that have ended or are good for less. `deviceIds` undefined: all of the user. */
  endSessions(userId: UserId, deviceIds: readonly DeviceId[] | undefined): void {
    for (const poll of this.#polls.get(userId) ?? []) {
      if (deviceIds === undefined || (poll.deviceId !== undefined && deviceIds.includes(poll.deviceId)))
        poll.isOver = true;
    }
    this.#d.notifier.wake(userId);
  }

  /** Runs a request, by which its user is there; from its first tick on, the end of the session ends it. */
  async run<Answer>(
    { userId, deviceId, setPresence }: Asker,
    work: (poll: LongPoll) => Promise<Answer>,
  ): Promise<Answer> {
    const poll: LongPoll = { userId, deviceId, isOver: false };
    let polls = this.#polls.get(userId);
    if (polls === undefined) this.#polls.set(userId, (polls = new Set()));
    polls.add(poll);
    const disconnect = this.#d.presence?.connect(userId, deviceId, setPresence);
    try {
      return await work(poll);
    } finally {
      disconnect?.();
      polls.delete(poll);
      if (polls.size === 0 && this.#polls.get(userId) === polls) this.#polls.delete(userId);
    }
  }

  /**
   * The first answer that is not empty, or the last look when the time is up. Interest is registered before each look, so
   * that nothing falls between.
   */
  async waitForNews<Answer extends WaitingAnswer>(poll: LongPoll, question: Question<Answer>): Promise<Answer> {
    const { userId, deviceId } = poll;
    const { since, signal } = question;
    const endsAt = performance.now() + Math.min(question.timeoutMs, MAX_TIMEOUT_MS);
    for (let mustLook = question.mustLook === true; ; mustLook = false) {
      const remainingMs = endsAt - performance.now();
      const active = question.touch();
      const news = this.#d.notifier.wait(userId, Math.max(0, remainingMs), signal);
      try {
        if (poll.isOver && !(await this.#d.isSignedIn(userId, deviceId))) throw unknownToken();
        const isLast = remainingMs <= 0 || signal.aborted || poll.isOver;
        if (isLast || mustLook || question.mayHaveNews(active, since)) {
          const answer = await question.build(active);
          if (!answer.isEmpty || isLast) return answer;
          // The answer may be that of another request, begun before the news that this one would have been woken by.
          if (question.mayHaveNews(active, answer.to)) continue;
        }
        await news.promise;
      } finally {
        news.cancel();
      }
    }
  }
}
