import { badJson, forbidden, MatrixError, notFound, tooLarge } from '@stafette/contracts';
import {
  canonicalJson,
  CanonicalJsonError,
  fitsUtf8Bytes,
  MAX_IDENTIFIER_BYTES,
  MAX_PDU_BYTES,
  readStoredJson,
  type EventId,
  type JsonObject,
  type RoomId,
  type UserId,
} from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { Turns } from '../../platform/turns.ts';
import type { DelayedEventRequest, Messages } from '../messages/index.ts';
import { delayedSessionKeyOf, type RoomEvents } from '../room-events/index.ts';
import { DueTimer } from './due-timer.ts';
import * as store from './store.ts';

export type { DelayedEventRow } from './store.ts';

/** https://github.com/matrix-org/matrix-spec-proposals/pull/4140 */
export interface DelayedEventLimits {
  readonly maxDelayMs: number;
  /** How many a user may have waiting; 0 turns the feature off. */
  readonly maxPerUser: number;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits: DelayedEventLimits;
  readonly messages: Messages;
  readonly roomEvents: RoomEvents;
  /** Throws when the account may not write now. */
  readonly assertMayWrite: (userId: UserId) => Promise<void>;
}

const ID_BYTES = 24;
/** Due events that are taken on at a time. */
const BATCH = 200;
const RETRY_MS = 5_000;
/** How long an event that is due is tried again when only the moment is against it. */
const GIVE_UP_MS = 10 * 60 * 1000;

/** The room's policy server does not answer or has too much to do: a little later it may take the same event. */
const isPassing = ({ status }: MatrixError): boolean => status === 429 || status >= 500;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const KEPT_PER_USER = 1_000;

const unknownId = (): MatrixError => notFound('There is no such delayed event');
const alreadyEnded = (): MatrixError => new MatrixError(409, 'M_UNKNOWN', 'This delayed event has ended otherwise');

const checkName = (name: string, text: string): void => {
  if (text.includes('\0') || !text.isWellFormed()) throw badJson(`The ${name} holds characters that are not allowed`);
  if (!fitsUtf8Bytes(text, MAX_IDENTIFIER_BYTES)) throw tooLarge(`The ${name} is too long`);
};

function contentText(content: JsonObject): string {
  try {
    const text = canonicalJson(content);
    if (!fitsUtf8Bytes(text, MAX_PDU_BYTES)) throw tooLarge('The event is larger than 64 KiB');
    return text;
  } catch (error) {
    if (error instanceof CanonicalJsonError) throw badJson(`The content is refused: ${error.message}`);
    throw error;
  }
}

/**
 * Events that are sent later, unless somebody changes their mind. Each waits in the database and is sent exactly once: it
 * has a transaction id of its own, so that a repetition after a crash finds the event that was made.
 */
export class DelayedEvents {
  readonly limits: DelayedEventLimits;
  readonly #d: Dependencies;
  /** What happens to one delayed event happens one after the other: none is cancelled and sent. */
  readonly #turns = new Turns();
  readonly #timer: DueTimer;

  constructor(dependencies: Dependencies) {
    this.limits = dependencies.limits;
    this.#d = dependencies;
    dependencies.roomEvents.purge.onPurging((tx, { roomId, events }) =>
      store.removeSent(
        tx,
        roomId,
        events.map(({ eventId }) => eventId),
      ),
    );
    this.#timer = new DueTimer(dependencies.clock, async () => this.#sendDue());
  }

  /** Leaves nothing of a room that is no more: nobody could be told there. */
  async removeRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
    await store.removeOfRoom(tx, roomId);
  }

  get isOn(): boolean {
    return this.limits.maxPerUser > 0;
  }

  /** The id of the new delayed event, or of the one that the same request made before. */
  readonly schedule = async (request: DelayedEventRequest): Promise<string> => {
    const { database, clock, random } = this.#d;
    const { maxDelayMs, maxPerUser } = this.limits;
    if (!this.isOn) throw forbidden('This server sends no delayed events');
    const event: store.NewDelayedEvent = {
      delay_id: random.token(ID_BYTES),
      user_id: request.sender,
      session_key: request.sessionKey,
      txn_id: request.txnId ?? null,
      room_id: request.roomId,
      type: request.type,
      state_key: request.stateKey ?? null,
      content: contentText(request.content),
      delay_ms: request.delayMs,
      scheduled_at: clock.nowMs(),
    };
    checkName('type', event.type);
    checkName('transaction id', event.txn_id ?? '');
    checkName('state key', event.state_key ?? '');
    return database.write(async (tx) => {
      const { count, next } = await store.countScheduled(tx, request.sender);
      const known = await store.findByTransaction(tx, event);
      if (known !== undefined) return known;
      if (request.delayMs > maxDelayMs) {
        // The codes under which clients look for it are not in the specification yet.
        throw new MatrixError(400, 'M_UNKNOWN', 'The delay is longer than this server allows', {
          'org.matrix.msc4140.errcode': 'M_MAX_DELAY_EXCEEDED',
          'org.matrix.msc4140.max_delay': maxDelayMs,
        });
      }
      if (count >= maxPerUser) {
        throw new MatrixError(429, 'M_LIMIT_EXCEEDED', 'You have too many events waiting', {
          'org.matrix.msc4140.errcode': 'M_MAX_DELAYED_EVENTS_EXCEEDED',
          retry_after_ms: Math.max(0, (next ?? 0) - clock.nowMs()),
        });
      }
      await store.insert(tx, event);
      tx.afterCommit(() => this.#timer.wantedAt(event.scheduled_at + event.delay_ms));
      return event.delay_id;
    });
  };

  async list(userId: UserId): Promise<readonly store.DelayedEventRow[]> {
    return store.listScheduled(this.#d.database.reader, userId);
  }

  async get(userId: UserId, delayId: string): Promise<store.DelayedEventRow> {
    const row = await this.#find(delayId);
    if (row?.user_id !== userId) throw unknownId();
    return row;
  }

  /** `userId`: who asks; undefined for somebody who knows the id and no more. */
  async cancel(userId: UserId | undefined, delayId: string): Promise<void> {
    await this.#turns.take(delayId, async () => {
      const row = await this.#manage(userId, delayId);
      if (row.event_id !== null) throw alreadyEnded();
      await store.finalise(this.#d.database, delayId, this.#d.clock.nowMs(), {});
    });
  }

  /** Its delay begins anew. */
  async restart(userId: UserId | undefined, delayId: string): Promise<void> {
    await this.#turns.take(delayId, async () => {
      await this.#manage(userId, delayId);
      const nowMs = this.#d.clock.nowMs();
      if (!(await store.restart(this.#d.database, delayId, nowMs))) throw alreadyEnded();
    });
  }

  /** Sends at once. A refusal is thrown, and the event waits on. */
  async send(userId: UserId | undefined, delayId: string): Promise<void> {
    await this.#turns.take(delayId, async () => {
      const row = await this.#manage(userId, delayId);
      if (row.finalised_at === null) await this.#send(row);
      else if (row.event_id === null) throw alreadyEnded();
    });
  }

  async erase(userId: UserId): Promise<void> {
    await store.removeOf(this.#d.database, userId);
  }

  /** Forgets what ended long ago. */
  async prune(): Promise<void> {
    await store.prune(this.#d.database, this.#d.clock.nowMs() - KEPT_MS, KEPT_PER_USER);
  }

  /** Resolves when nothing is being sent any more. */
  async stop(): Promise<void> {
    await this.#timer.stop();
  }

  async #find(delayId: string): Promise<store.DelayedEventRow | undefined> {
    return delayId.includes('\0') ? undefined : store.find(this.#d.database.reader, delayId);
  }

  async #manage(userId: UserId | undefined, delayId: string): Promise<store.DelayedEventRow> {
    const row = await this.#find(delayId);
    if (row === undefined || (userId !== undefined && row.user_id !== userId)) throw unknownId();
    return row;
  }

  /** Sends what is due, in the order of its time within each room. When to come again, in milliseconds since 1970. */
  async #sendDue(): Promise<number | undefined> {
    const { database, clock, log } = this.#d;
    try {
      const due = await store.listDue(database.reader, clock.nowMs(), BATCH);
      const rooms = Map.groupBy(due, (row) => row.room_id).values();
      const areDone = await Promise.all([...rooms].map(async (rows) => this.#sendDueOf(rows)));
      return areDone.every(Boolean) ? await store.findNextDue(database.reader) : clock.nowMs() + RETRY_MS;
    } catch (error) {
      log.warn({ err: error }, 'delayed events were not sent and are tried again');
      return clock.nowMs() + RETRY_MS;
    }
  }

  /** False: one is to be tried again, and those of the room that come after it wait for it. */
  async #sendDueOf(rows: readonly store.DelayedEventRow[]): Promise<boolean> {
    for (const { delay_id: delayId } of rows)
      if (!(await this.#turns.take(delayId, async () => this.#sendIfDue(delayId)))) return false;
    return true;
  }

  /** False: to be tried again. */
  async #sendIfDue(delayId: string): Promise<boolean> {
    const { database, clock } = this.#d;
    const row = await this.#find(delayId);
    // Somebody may have been faster than this turn.
    if (row === undefined || row.finalised_at !== null || row.scheduled_at + row.delay_ms > clock.nowMs()) return true;
    try {
      await this.#send(row);
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      if (isPassing(error) && clock.nowMs() < row.scheduled_at + row.delay_ms + GIVE_UP_MS) return false;
      await store.finalise(database, delayId, clock.nowMs(), { error: JSON.stringify(error.body()) });
    }
    return true;
  }

  async #send(row: store.DelayedEventRow): Promise<void> {
    const { database, clock, assertMayWrite, messages } = this.#d;
    await assertMayWrite(row.user_id);
    const eventId = await this.#append(messages, row);
    await store.finalise(database, row.delay_id, clock.nowMs(), { eventId });
  }

  async #append(messages: Messages, row: store.DelayedEventRow): Promise<EventId> {
    const event = {
      roomId: row.room_id,
      sender: row.user_id,
      type: row.type,
      // Written by contentText.
      content: readStoredJson(row.content) as JsonObject,
      originServerTs: undefined,
    };
    const transaction = { sessionKey: delayedSessionKeyOf(row.user_id), txnId: row.delay_id };
    return row.state_key === null
      ? messages.send(event, transaction)
      : messages.setState(event, row.state_key, transaction);
  }
}
