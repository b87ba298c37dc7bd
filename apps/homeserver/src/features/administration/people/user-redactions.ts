import { invalidParam, MatrixError, notFound } from '@stafette/contracts';
import {
  type EventId,
  isJsonObject,
  readStoredJson,
  type RoomId,
  serverNameOf,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import { enqueueJob, type JobKind, type JobWorker } from '../../../database/jobs.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Random } from '../../../platform/random.ts';
import type { Audit } from '../../audit/index.ts';
import { listUnredacted, type RoomEvents } from '../../room-events/index.ts';
import * as store from './redaction-store.ts';

export interface RedactionRequest {
  readonly userId: UserId;
  readonly requestedBy: UserId;
  /** Empty: all that the person is in. */
  readonly roomIds: readonly RoomId[];
  readonly reason: string | undefined;
  readonly asAdministrator: boolean;
  /** Of the newest messages of each room; a thousand when absent. */
  readonly maxEvents: number | undefined;
  /** Milliseconds, both inclusive. */
  readonly afterMs: number | undefined;
  readonly beforeMs: number | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
  readonly jobs: Pick<JobWorker, 'register' | 'poke'>;
  readonly roomEvents: RoomEvents;
  readonly audit: Audit;
}

const KIND = 'redact-user';
const ID_BYTES = 18;
const DEFAULT_MAX_EVENTS = 1000;
/** After this another run goes on where this one was. */
const LEASE_MS = 10 * 60 * 1000;
const MAX_ATTEMPTS = 12;

/**
 * Takes away what somebody wrote, message by message, through the same door as everybody's redactions. Everything is found
 * anew from what is stored, so that an interruption loses nothing but time.
 */
export class UserRedactions {
  readonly #d: Dependencies;

  private constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  static register(dependencies: Dependencies): UserRedactions {
    const redactions = new UserRedactions(dependencies);
    dependencies.jobs.register(redactions.#job());
    return redactions;
  }

  /** Resolves to the id under which {@link find} knows it, when it will happen whatever comes. */
  async request(request: RedactionRequest): Promise<string> {
    const { database, clock, random, jobs, roomEvents, audit } = this.#d;
    const { userId, requestedBy: actor } = request;
    const joined = [...(await roomEvents.membershipsOf(userId)).values()].filter(
      ({ membership }) => membership === 'join',
    );
    // Begins with a letter: on a command line, a dash would begin an option.
    const redactionId = `r${random.token(ID_BYTES)}`;
    const row = {
      redaction_id: redactionId,
      user_id: userId,
      requested_by: actor,
      room_ids: request.roomIds.length > 0 ? request.roomIds : joined.map(({ roomId }) => roomId),
      reason: request.reason ?? null,
      as_administrator: request.asAdministrator,
      max_events: request.maxEvents ?? DEFAULT_MAX_EVENTS,
      after_ts: request.afterMs ?? 0,
      before_ts: request.beforeMs ?? Number.MAX_SAFE_INTEGER,
      upto_pos: roomEvents.position.current,
    };
    if (row.after_ts > row.before_ts) throw invalidParam('after_ts is later than before_ts');
    await database.write(async (tx) => {
      await audit.note(tx, { actor, action: 'user.redact', target: userId });
      await store.insert(tx, row, clock.nowMs());
      await enqueueJob(tx, { kind: KIND, payload: { redactionId } });
      tx.afterCommit(() => jobs.poke());
    });
    return redactionId;
  }

  /** Throws M_NOT_FOUND. */
  async get(
    redactionId: string,
  ): Promise<{ readonly status: store.RedactionStatus; readonly failures: Readonly<Record<string, string>> }> {
    const row = await store.find(this.#d.database.reader, redactionId);
    if (row === undefined) throw notFound('There is no such request');
    // Written below.
    const failures = readStoredJson(row.failures);
    return { status: row.status, failures: isJsonObject(failures) ? (failures as Record<string, string>) : {} };
  }

  #job(): JobKind {
    return {
      kind: KIND,
      leaseMs: LEASE_MS,
      maxAttempts: MAX_ATTEMPTS,
      run: async (payload, { attempt, signal }) => {
        // As it was written above.
        const { redactionId } = payload as { readonly redactionId: string };
        const { database } = this.#d;
        const row = await store.find(database.reader, redactionId);
        if (row === undefined) return;
        await database.write((tx) => store.updateStatus(tx, redactionId, 'active'));
        try {
          const failures = await this.#redact(row, signal);
          signal.throwIfAborted();
          await database.write((tx) => store.updateStatus(tx, redactionId, 'completed', JSON.stringify(failures)));
        } catch (error) {
          if (attempt >= MAX_ATTEMPTS) await database.write((tx) => store.updateStatus(tx, redactionId, 'failed'));
          throw error;
        }
      },
    };
  }

  /** Why, by event, rooms refused. Ends early when `signal` aborts. */
  async #redact(row: store.RedactionRow, signal: AbortSignal): Promise<Record<string, string>> {
    const failures: Record<string, string> = Object.create(null);
    for (const roomId of row.room_ids) {
      const eventIds = await listUnredacted(this.#d.database.reader, {
        roomId,
        sender: row.user_id,
        upToPos: row.upto_pos,
        afterMs: row.after_ts,
        beforeMs: row.before_ts,
        limit: row.max_events,
      });
      for (const eventId of eventIds) {
        if (signal.aborted) return failures;
        const refusal = await this.#redactOne(row, roomId, eventId);
        if (refusal !== undefined) failures[eventId] = refusal;
      }
    }
    return failures;
  }

  async #redactOne(row: store.RedactionRow, roomId: RoomId, eventId: EventId): Promise<string | undefined> {
    const { roomEvents } = this.#d;
    const content = row.reason === null ? {} : { reason: row.reason };
    const sender = await this.#senderFor(row, roomId);
    try {
      await roomEvents.append(roomId, [{ type: 'm.room.redaction', sender, content, redacts: eventId }]);
      return undefined;
    } catch (error) {
      // A room's refusal stays one; anything else may pass, and the job tries again.
      if (error instanceof MatrixError) return error.message;
      throw error;
    }
  }

  /** People take back what they wrote themselves, where they can. */
  async #senderFor(
    { user_id: userId, requested_by: administrator, as_administrator: asAdministrator }: store.RedactionRow,
    roomId: RoomId,
  ): Promise<UserId> {
    if (asAdministrator || serverNameOf(userId) !== this.#d.serverName) return administrator;
    const room = await this.#d.roomEvents.findRoom(roomId);
    return room?.membershipOf(userId) === 'join' ? userId : administrator;
  }
}
