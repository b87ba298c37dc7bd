import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export interface DelayedEventRow {
  readonly delay_id: string;
  readonly user_id: UserId;
  readonly room_id: RoomId;
  readonly type: string;
  readonly state_key: string | null;
  readonly content: string;
  readonly delay_ms: number;
  readonly scheduled_at: number;
  readonly finalised_at: number | null;
  readonly event_id: EventId | null;
  readonly error: string | null;
}

export interface NewDelayedEvent extends Pick<
  DelayedEventRow,
  'delay_id' | 'user_id' | 'room_id' | 'type' | 'state_key' | 'content' | 'delay_ms' | 'scheduled_at'
> {
  readonly session_key: string;
  readonly txn_id: string | null;
}

const columns = fragment`delay_id, user_id, room_id, type, state_key, content, delay_ms, scheduled_at, finalised_at, event_id, error`;

/** The id of the delayed event that the same request made before. */
export async function findByTransaction(tx: ReadTx, event: NewDelayedEvent): Promise<string | undefined> {
  if (event.txn_id === null) return undefined;
  const row = await tx.find<{ delay_id: string }>(sql`
    select delay_id from delayed_event
    where session_key = ${event.session_key} and room_id = ${event.room_id} and type = ${event.type} and txn_id = ${event.txn_id}`);
  return row?.delay_id;
}

/** How many wait for a user and when the next is due. Holds off other requests of the same user until the transaction ends. */
export async function countScheduled(
  tx: WriteTx,
  userId: UserId,
): Promise<{ readonly count: number; readonly next: number | null }> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`delayed ${userId}`}, 0))`);
  const [row] = await tx.query<{ count: number; next: number | null }>(sql`
    select count(*)::int as count, min(scheduled_at + delay_ms) as next from delayed_event
    where user_id = ${userId} and finalised_at is null`);
  return row ?? { count: 0, next: null };
}

export async function insert(tx: WriteTx, event: NewDelayedEvent): Promise<void> {
  await tx.execute(sql`
    insert into delayed_event (delay_id, user_id, session_key, txn_id, room_id, type, state_key, content, delay_ms, scheduled_at)
    values (${event.delay_id}, ${event.user_id}, ${event.session_key}, ${event.txn_id}, ${event.room_id}, ${event.type},
            ${event.state_key}, ${event.content}, ${event.delay_ms}, ${event.scheduled_at})`);
}

export async function find(tx: ReadTx, delayId: string): Promise<DelayedEventRow | undefined> {
  return tx.find<DelayedEventRow>(sql`select ${columns} from delayed_event where delay_id = ${delayId}`);
}

/** Those that wait, the next to be sent first. */
export async function listScheduled(tx: ReadTx, userId: UserId): Promise<DelayedEventRow[]> {
  return tx.query<DelayedEventRow>(sql`
    select ${columns} from delayed_event where user_id = ${userId} and finalised_at is null
    order by scheduled_at + delay_ms, delay_id`);
}

/** Those of everybody whose time has come, in that order. */
export async function listDue(tx: ReadTx, nowMs: number, limit: number): Promise<DelayedEventRow[]> {
  return tx.query<DelayedEventRow>(sql`
    select ${columns} from delayed_event where finalised_at is null and scheduled_at + delay_ms <= ${nowMs}
    order by scheduled_at + delay_ms, delay_id limit ${limit}`);
}

/** When the next one of anybody is due. */
export async function findNextDue(tx: ReadTx): Promise<number | undefined> {
  const row = await tx.find<{ due: number | null }>(
    sql`select min(scheduled_at + delay_ms) as due from delayed_event where finalised_at is null`,
  );
  return row?.due ?? undefined;
}

/** Whether it still waited. */
export async function restart(database: Database, delayId: string, nowMs: number): Promise<boolean> {
  const changed = await database.execute(
    sql`update delayed_event set scheduled_at = ${nowMs} where delay_id = ${delayId} and finalised_at is null`,
  );
  return changed > 0;
}

export interface Outcome {
  readonly eventId?: EventId;
  /** JSON text. */
  readonly error?: string;
}

/** Whether it still waited. */
export async function finalise(
  database: Database,
  delayId: string,
  nowMs: number,
  { eventId, error }: Outcome,
): Promise<boolean> {
  const changed = await database.execute(sql`
    update delayed_event set finalised_at = ${nowMs}, event_id = ${eventId ?? null}, error = ${error ?? null}
    where delay_id = ${delayId} and finalised_at is null`);
  return changed > 0;
}

export async function removeOf(database: Database, userId: UserId): Promise<void> {
  await database.execute(sql`delete from delayed_event where user_id = ${userId}`);
}

/** For a room that is no more. */
export async function removeOfRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
  await tx.execute(sql`delete from delayed_event where room_id = ${roomId}`);
}

/** Forgets those that became events that were deleted. */
export async function removeSent(tx: WriteTx, roomId: RoomId, eventIds: readonly EventId[]): Promise<void> {
  await tx.execute(
    sql`delete from delayed_event where finalised_at is not null and room_id = ${roomId} and event_id = any(${eventIds}::text[])`,
  );
}

/** Forgets what ended before a time, and of each user all but the newest `keep`. */
export async function prune(database: Database, endedBefore: number, keep: number): Promise<void> {
  await database.execute(sql`
    delete from delayed_event using (
      select delay_id, row_number() over (partition by user_id order by finalised_at desc) as place
      from delayed_event where finalised_at is not null) as ended
    where delayed_event.delay_id = ended.delay_id and (finalised_at < ${endedBefore} or place > ${keep})`);
}
