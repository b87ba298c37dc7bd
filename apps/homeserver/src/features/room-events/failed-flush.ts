import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal, type Database } from '../../database/database.ts';
import type { EventBatch } from './event-batch.ts';
import type { AppendedEvent } from './event-intent.ts';
import type { PendingAppend } from './group-committer.ts';
import { needsPolicySignature } from './policy-signatures.ts';
import { RoomMovedError } from './room-actor.ts';
import { stageEvents, type StageContext } from './stage-events.ts';
import { newEventsOf, type StagedAppend } from './staged-append.ts';
import type { StagedIntent } from './staged-event.ts';
import { awaitRooms, findTransaction, listPositions } from './store.ts';

const RETRY_MS = 100;

/**
 * Whether a batch is durable after an error that leaves it open: the connection broke while the commit was under way. Asks
 * until the database answers, since neither yes nor no may be guessed.
 */
export async function wasCommitted(database: Database, batch: EventBatch, error: unknown): Promise<boolean> {
  if (isRefusal(error)) return false;
  const ids = batch.events.map((event) => event.eventId);
  for (;;) {
    try {
      return await database.write(async (tx) => {
        // The lost statement may still be running; it holds these rows until it ends.
        await awaitRooms(
          tx,
          batch.rooms.map((room) => room.nid),
        );
        return (await listPositions(tx, ids)).size === ids.length;
      });
    } catch (failure) {
      if (isRefusal(failure)) throw failure;
      await delay(RETRY_MS, undefined, { ref: false });
    }
  }
}

interface RecoveryContext {
  readonly flush: (append: StagedAppend) => Promise<readonly (readonly AppendedEvent[])[]>;
  readonly stage: StageContext;
  readonly database: Database;
}

/**
 * Writes the appends of a failed batch, and what was chained behind it, one by one in their order. Each is made anew on
 * what is committed by then, so that one that cannot be written takes nobody with it.
 */
export async function recoverAppends(pending: readonly PendingAppend[], context: RecoveryContext): Promise<void> {
  for (const { append } of pending) if (!append.actor.isNew) append.actor.reset();
  for (const { append, resolve, reject } of pending) {
    try {
      // The first events of a room stand on nothing and can be written as they are.
      const staged = append.actor.isNew ? append.staged : stageAnew(append, context.stage);
      const [result] = await context.flush({ ...append, staged });
      resolve(result ?? []);
    } catch (error) {
      if (!append.actor.isNew) append.actor.reset();
      const earlier = await findEarlier(append, error, context.database).catch(() => undefined);
      if (earlier === undefined) reject(error);
      else resolve([earlier]);
    }
  }
}

/**
 * Events that a policy server signed are kept while they stand on the end of their room. Throws {@link RoomMovedError} when
 * a policy server has to be asked.
 */
function stageAnew({ actor, wanted, staged, isPolicySigned }: StagedAppend, context: StageContext): StagedIntent[] {
  if (!isPolicySigned) {
    const anew = stageEvents(actor, wanted, context);
    if (needsPolicySignature(anew)) throw new RoomMovedError();
    return anew;
  }
  const events = newEventsOf({ staged });
  const [end] = actor.head.extremities;
  if (events[0]?.pdu.prevEvents[0] !== end?.eventId) throw new RoomMovedError();
  actor.chain(events);
  return [...staged];
}

const UNIQUE_VIOLATION = '23505';

/** The event of an earlier request with the same transaction id, when that is what the database refused. */
async function findEarlier(
  append: StagedAppend,
  error: unknown,
  database: Database,
): Promise<AppendedEvent | undefined> {
  const { transaction, intents } = append.wanted;
  const type = newEventsOf(append)[0]?.pdu.type ?? intents[0]?.type;
  if (transaction === undefined || type === undefined || !isRefusal(error) || error.code !== UNIQUE_VIOLATION)
    return undefined;
  const row = await findTransaction(database.reader, {
    ...transaction,
    roomNid: append.actor.state.nid,
    redacts: intents[0]?.redacts,
    type,
  });
  return row === undefined ? undefined : { eventId: row.event_id, pos: row.pos };
}
