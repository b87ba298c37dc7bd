import { MatrixError } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';

/** One step of proving who somebody is. Resolves, or throws the error that the person sees. */
export type StageCheck = (auth: JsonObject) => Promise<void>;

export interface AuthRequest {
  /** The `auth` member of the body, as sent. */
  readonly auth: JsonObject | undefined;
  /** What is being allowed: a session started for one operation and account is no good for another. */
  readonly purpose: string;
  /** Ways to succeed, each a list of stages. */
  readonly flows: readonly (readonly string[])[];
  readonly stages: Readonly<Record<string, StageCheck>>;
}

interface AuthSession {
  readonly purpose: string;
  readonly completed: Set<string>;
  readonly expiresAtMs: number;
}

const SESSION_LIFETIME_MS = 30 * 60 * 1000;
const SESSION_ID_BYTES = 18;
const MAX_SESSIONS = 50_000;

/** The 401 that asks for a stage. It has no errcode in the first round, which the specification wants so. */
class AuthRequired extends MatrixError {
  readonly #session: string;
  readonly #flows: AuthRequest['flows'];
  readonly #completed: readonly string[];
  readonly #failure: MatrixError | undefined;

  constructor(session: string, flows: AuthRequest['flows'], completed: readonly string[], failure: MatrixError | undefined) {
    super(401, 'M_UNAUTHORIZED', 'More is needed to prove who you are');
    this.#session = session;
    this.#flows = flows;
    this.#completed = completed;
    this.#failure = failure;
  }

  override body(): Record<string, unknown> {
    return {
      ...(this.#failure?.body() ?? {}),
      session: this.#session,
      flows: this.#flows.map((stages) => ({ stages })),
      completed: this.#completed,
      params: {},
    };
  }
}

/**
 * User-interactive authentication. Sessions live in memory: a restart asks people to begin again, and loses nothing else.
 * https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api
 */
export class UserInteractiveAuth {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sessions = new Map<string, AuthSession>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Resolves when one of the flows is complete; throws the next question otherwise. */
  async require(request: AuthRequest): Promise<void> {
    const { id, session } = this.#sessionFor(request);
    const stage = request.auth?.['type'];
    if (typeof stage !== 'string') throw new AuthRequired(id, request.flows, [...session.completed], undefined);
    const check = request.flows.some((stages) => stages.includes(stage)) ? request.stages[stage] : undefined;
    try {
      if (check === undefined) throw new MatrixError(401, 'M_UNRECOGNIZED', 'This way of proving who you are is not offered here');
      await check(request.auth ?? {});
    } catch (error) {
      if (error instanceof MatrixError) throw new AuthRequired(id, request.flows, [...session.completed], error);
      throw error;
    }
    session.completed.add(stage);
    if (!request.flows.some((stages) => stages.every((name) => session.completed.has(name)))) {
      throw new AuthRequired(id, request.flows, [...session.completed], undefined);
    }
    this.#sessions.delete(id);
  }

  #sessionFor({ auth, purpose }: AuthRequest): { readonly id: string; readonly session: AuthSession } {
    const nowMs = this.#clock.nowMs();
    const presented = auth?.['session'];
    const known = typeof presented === 'string' ? this.#sessions.get(presented) : undefined;
    if (typeof presented === 'string' && known !== undefined && known.purpose === purpose && known.expiresAtMs > nowMs) {
      return { id: presented, session: known };
    }
    if (this.#sessions.size >= MAX_SESSIONS) this.#sweep(nowMs);
    const id = this.#random.token(SESSION_ID_BYTES);
    const session = { purpose, completed: new Set<string>(), expiresAtMs: nowMs + SESSION_LIFETIME_MS };
    this.#sessions.set(id, session);
    return { id, session };
  }

  /** Expired sessions go; when that is not enough the oldest half goes too. */
  #sweep(nowMs: number): void {
    for (const [id, session] of this.#sessions) if (session.expiresAtMs <= nowMs) this.#sessions.delete(id);
    for (const id of [...this.#sessions.keys()].slice(0, Math.max(0, this.#sessions.size - MAX_SESSIONS / 2))) this.#sessions.delete(id);
  }
}
