import { type ErrorCode, forbidden, MatrixError, notFound, unrecognized } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { type AuthPurpose, isSamePurpose } from './auth-purpose.ts';

/** Why a stage did not succeed; the person may try again. */
export interface StageFailure {
  readonly errcode: ErrorCode;
  readonly message: string;
}

/** One step of proving who somebody is. Undefined: it succeeded. What it throws ends the request. */
export type StageCheck = (auth: JsonObject) => Promise<StageFailure | undefined>;

export interface AuthRequest {
  /** The `auth` member of the body, as sent. */
  readonly auth: JsonObject | undefined;
  /** M_FORBIDDEN with a session that was begun for another thing. */
  readonly purpose: AuthPurpose;
  /** Ways to succeed, each a list of stages. */
  readonly flows: readonly (readonly string[])[];
  readonly stages: ReadonlyMap<string, StageCheck>;
  /** The same for what somebody types on a page of ours, where that is another thing. */
  readonly pageStages?: ReadonlyMap<string, StageCheck>;
  /** What clients need to know for the stages. */
  readonly params?: (sessionId: string) => Readonly<Record<string, object>>;
}

/** A stage of a session, as a page sees it. */
export interface WaitingStage {
  readonly purpose: AuthPurpose;
  readonly isDone: boolean;
}

interface AuthSession extends Required<Pick<AuthRequest, 'purpose' | 'flows' | 'pageStages'>> {
  readonly id: string;
  /** What was shown in each stage that succeeded, but for passwords. */
  readonly completed: Map<string, JsonObject>;
  readonly endsAtMs: number;
}

const LIFETIME_MS = 30 * 60 * 1000;
const SESSION_ID_BYTES = 18;
const MAX_SESSIONS = 50_000;

/** The 401 that asks for a stage. It has no errcode in the first round, as the specification wants it. */
class AuthRequired extends MatrixError {
  readonly #details: Readonly<Record<string, unknown>>;

  constructor({ id, completed }: AuthSession, { flows, params }: AuthRequest, failure: StageFailure | undefined) {
    super(401, failure?.errcode ?? 'M_UNAUTHORIZED', failure?.message ?? 'More is needed to prove who you are');
    this.#details = {
      session: id,
      flows: flows.map((stages) => ({ stages })),
      completed: [...completed.keys()],
      params: params?.(id) ?? {},
      ...(failure === undefined ? {} : { errcode: failure.errcode, error: failure.message }),
    };
  }

  override body(): Record<string, unknown> {
    return { ...this.#details };
  }
}

const TOO_EARLY: StageFailure = { errcode: 'M_UNAUTHORIZED', message: 'Another stage comes before this one' };
const NOT_OFFERED: StageFailure = {
  errcode: 'M_UNRECOGNIZED',
  message: 'This way of proving who you are is not offered here',
};

/** Whether all that comes before the stage is done, in one of the flows. */
const isNext = ({ completed }: AuthSession, flows: AuthRequest['flows'], stage: string): boolean =>
  flows.some(
    (names) => names.includes(stage) && names.slice(0, names.indexOf(stage)).every((name) => completed.has(name)),
  );

/** Resolves to why the stage did not succeed. */
async function take(
  session: AuthSession,
  flows: AuthRequest['flows'],
  checks: ReadonlyMap<string, StageCheck>,
  stage: string,
  shown: JsonObject,
): Promise<StageFailure | undefined> {
  const check = flows.some((names) => names.includes(stage)) ? checks.get(stage) : undefined;
  if (check === undefined) return NOT_OFFERED;
  if (!isNext(session, flows, stage)) return TOO_EARLY;
  const failure = await check(shown);
  // A session may wait for half an hour: nobody finds a password in its memory.
  const { password: _password, ...kept } = shown;
  if (failure === undefined) session.completed.set(stage, kept);
  return failure;
}

/**
 * User-interactive authentication. Sessions live in memory: a restart asks people to begin again, and loses nothing else.
 * https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api
 */
export class UserInteractiveAuth {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #maxSessions: number;
  /** In the order in which they began, which is that in which they end. */
  readonly #sessions = new Map<string, AuthSession>();

  /** Of more than `maxSessions` the oldest are dropped. */
  constructor(clock: Clock, random: Random, maxSessions = MAX_SESSIONS) {
    this.#clock = clock;
    this.#random = random;
    this.#maxSessions = maxSessions;
  }

  /** Resolves to what was shown in each stage when one of the flows is complete; throws the next question otherwise. */
  async require(request: AuthRequest): Promise<ReadonlyMap<string, JsonObject>> {
    const { auth, flows, stages } = request;
    const session = this.#sessionFor(request);
    const stage = auth?.['type'];
    if (auth !== undefined && typeof stage === 'string' && !session.completed.has(stage)) {
      const failure = await take(session, flows, stages, stage, auth);
      if (failure !== undefined) throw new AuthRequired(session, request, failure);
    }
    const isComplete = flows.some((names) => names.every((name) => session.completed.has(name)));
    if (!isComplete) throw new AuthRequired(session, request, undefined);
    this.#sessions.delete(session.id);
    return session.completed;
  }

  /** Whether a session waits for this purpose. */
  isWaiting(sessionId: string, purpose: AuthPurpose): boolean {
    return this.#find(sessionId, purpose) !== undefined;
  }

  /** Completes a stage from outside the request, as a page does. False when no session waits for this purpose. */
  complete(sessionId: string, purpose: AuthPurpose, stage: string): boolean {
    return this.#find(sessionId, purpose)?.completed.set(stage, {}) !== undefined;
  }

  /**
   * A stage that can be taken on a page, or was. Throws M_NOT_FOUND without such a session, and M_UNRECOGNIZED when it does
   * not ask for the stage, or for another one first.
   */
  getStage(sessionId: string, stage: string): WaitingStage {
    const { purpose, completed } = this.#getWaiting(sessionId, stage);
    return { purpose, isDone: completed.has(stage) };
  }

  /**
   * Takes a stage on a page, by the same check as in a request: whoever knows the id of a session acts for who began it.
   * Resolves to why it did not succeed; throws as {@link getStage}.
   */
  async takeOnPage(sessionId: string, stage: string, shown: JsonObject): Promise<StageFailure | undefined> {
    const session = this.#getWaiting(sessionId, stage);
    return take(session, session.flows, session.pageStages, stage, shown);
  }

  #getWaiting(sessionId: string, stage: string): AuthSession {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || session.endsAtMs <= this.#clock.nowMs())
      throw notFound('Nothing waits for this proof any more');
    if (!session.pageStages.has(stage) || !isNext(session, session.flows, stage)) throw unrecognized();
    return session;
  }

  #find(sessionId: string, purpose: AuthPurpose): AuthSession | undefined {
    const session = this.#sessions.get(sessionId);
    return session !== undefined && isSamePurpose(session.purpose, purpose) && session.endsAtMs > this.#clock.nowMs()
      ? session
      : undefined;
  }

  #sessionFor({ auth, purpose, flows, stages, pageStages = stages }: AuthRequest): AuthSession {
    const nowMs = this.#clock.nowMs();
    const presented = auth?.['session'];
    const known = typeof presented === 'string' ? this.#sessions.get(presented) : undefined;
    if (known !== undefined && known.endsAtMs > nowMs) {
      if (!isSamePurpose(known.purpose, purpose))
        throw forbidden('What is being allowed here was begun as something else');
      return known;
    }
    for (const [id, { endsAtMs }] of this.#sessions) {
      if (endsAtMs > nowMs && this.#sessions.size < this.#maxSessions) break;
      this.#sessions.delete(id);
    }
    const id = this.#random.token(SESSION_ID_BYTES);
    const completed = new Map<string, JsonObject>();
    const session = { id, purpose, flows, pageStages, completed, endsAtMs: nowMs + LIFETIME_MS };
    this.#sessions.set(id, session);
    return session;
  }
}
