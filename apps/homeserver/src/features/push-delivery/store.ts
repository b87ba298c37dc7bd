import type { EventId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** A notification on its way to one pusher. */
export interface PendingPush {
  readonly pusherId: number;
  readonly eventPos: number;
  readonly eventId: EventId;
  /** JSON text. */
  readonly tweaks: string;
  /** Scheme, host and port of where it goes. */
  readonly gateway: string;
  /** How long it waits before it is worth sending. */
  readonly delayMs: number;
}

export interface DuePush extends Omit<PendingPush, 'delayMs'> {
  readonly queuedAtMs: number;
  readonly dueAtMs: number;
  /** Attempts that failed. */
  readonly failures: number;
}

/** Up to which position of the events stream the notifications are queued. */
export async function findMark(tx: ReadTx): Promise<number> {
  return (await tx.find<{ event_pos: number }>(sql`select event_pos from push_mark`))?.event_pos ?? 0;
}

export async function saveMark(tx: WriteTx, pos: number): Promise<void> {
  await tx.execute(sql`update push_mark set event_pos = ${pos} where event_pos < ${pos}`);
}

/** Whoever postpones sees what was queued before, and whoever queues sees what was postponed. */
const lockQueueShared = sql`select pg_advisory_xact_lock_shared(hashtextextended('push_pending', 0))`;
const lockQueue = sql`select pg_advisory_xact_lock(hashtextextended('push_pending', 0))`;

/** A pusher whose deliveries fail keeps its newest notification and its turn. Repeating does nothing. */
export async function insertPending(tx: WriteTx, rows: readonly PendingPush[], nowMs: number): Promise<void> {
  await tx.query(lockQueueShared);
  await tx.execute(sql`
    with incoming as (
      select i.* from unnest(${rows.map((row) => row.pusherId)}::bigint[], ${rows.map((row) => row.eventPos)}::bigint[],
        ${rows.map((row) => row.eventId)}::text[], ${rows.map((row) => row.tweaks)}::text[], ${rows.map((row) => row.gateway)}::text[],
        ${rows.map((row) => (row.delayMs === 0 ? 0 : nowMs + row.delayMs))}::bigint[])
        as i (pusher_id, event_pos, event_id, tweaks, gateway, due_at) join pusher on pusher.id = i.pusher_id),
    failing as (
      delete from push_pending p using (select distinct pusher_id from incoming) i
      where p.pusher_id = i.pusher_id and p.failures > 0 returning p.pusher_id, p.failures, p.due_at)
    insert into push_pending (pusher_id, event_pos, event_id, tweaks, gateway, queued_at, failures, due_at)
    select i.pusher_id, i.event_pos, i.event_id, i.tweaks, i.gateway, ${nowMs}::bigint, coalesce(f.failures, 0), coalesce(f.due_at, i.due_at)
    from incoming i left join (select pusher_id, max(failures) as failures, max(due_at) as due_at from failing group by 1) f using (pusher_id)
    where f.pusher_id is null or i.event_pos = (select max(n.event_pos) from incoming n where n.pusher_id = i.pusher_id)
    on conflict do nothing`);
}

export interface DueQuery {
  readonly nowMs: number;
  /** Pushers that something is being sent to. */
  readonly busy: readonly number[];
  /** Gateways that nothing may be sent to now. */
  readonly closed: readonly string[];
  /** When given, only these. */
  readonly only: readonly string[] | undefined;
  readonly limit: number;
}

/** The oldest notification of each pusher, those first that happened first. */
export async function listDue(tx: ReadTx, { nowMs, busy, closed, only, limit }: DueQuery): Promise<readonly DuePush[]> {
  const rows = await tx.query<{
    pusher_id: number;
    event_pos: number;
    event_id: EventId;
    tweaks: string;
    gateway: string;
    queued_at: number;
    due_at: number;
    failures: number;
  }>(sql`
    select p.pusher_id, p.event_pos, p.event_id, p.tweaks, p.gateway, p.queued_at, p.due_at, p.failures from push_pending p
    where p.due_at <= ${nowMs} and p.pusher_id <> all(${busy}::bigint[]) and p.gateway <> all(${closed}::text[])
      and (${only === undefined} or p.gateway = any(${only ?? []}::text[]))
      and not exists (select from push_pending o where o.pusher_id = p.pusher_id and o.event_pos < p.event_pos)
    order by p.event_pos limit ${limit}`);
  return rows.map((row) => ({
    pusherId: row.pusher_id,
    eventPos: row.event_pos,
    eventId: row.event_id,
    tweaks: row.tweaks,
    gateway: row.gateway,
    queuedAtMs: row.queued_at,
    dueAtMs: row.due_at,
    failures: row.failures,
  }));
}

/** They arrived, or are not worth sending any more. A crash that undoes this sends them again. */
export async function removePending(
  tx: WriteTx,
  rows: readonly { readonly pusherId: number; readonly eventPos: number }[],
): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
  await tx.execute(sql`
    delete from push_pending p using unnest(${rows.map((row) => row.pusherId)}::bigint[], ${rows.map((row) => row.eventPos)}::bigint[])
      as done (pusher_id, event_pos) where p.pusher_id = done.pusher_id and p.event_pos = done.event_pos`);
}

/** Nothing is said of events that were deleted. */
export async function removePendingOf(tx: WriteTx, positions: readonly number[]): Promise<void> {
  await tx.execute(sql`delete from push_pending where event_pos = any(${positions}::bigint[])`);
}

/** What waits for one pusher waits longer, and only the newest of it. */
export async function postponePusher(tx: WriteTx, pusherId: number, failures: number, dueAtMs: number): Promise<void> {
  await tx.query(lockQueue);
  await tx.execute(sql`
    delete from push_pending p where p.pusher_id = ${pusherId}
      and exists (select from push_pending n where n.pusher_id = p.pusher_id and n.event_pos > p.event_pos)`);
  await tx.execute(
    sql`update push_pending set failures = ${failures}, due_at = ${dueAtMs} where pusher_id = ${pusherId}`,
  );
}

/** The same for everything that goes to a gateway. */
export async function postponeGateway(tx: WriteTx, gateway: string, failures: number, dueAtMs: number): Promise<void> {
  await tx.query(lockQueue);
  await tx.execute(sql`
    delete from push_pending p where p.gateway = ${gateway}
      and exists (select from push_pending n where n.pusher_id = p.pusher_id and n.event_pos > p.event_pos)`);
  await tx.execute(sql`update push_pending set failures = ${failures}, due_at = ${dueAtMs} where gateway = ${gateway}`);
}

export async function removeQueuedBefore(tx: WriteTx, ms: number): Promise<void> {
  await tx.execute(sql`delete from push_pending where queued_at < ${ms}`);
}

/** The private key, made by the first who asks. */
export async function findOrInsertVapidKey(tx: WriteTx, fresh: Uint8Array): Promise<Uint8Array> {
  await tx.execute(sql`insert into push_vapid_key (private_key) values (${fresh}) on conflict do nothing`);
  const row = await tx.find<{ private_key: Uint8Array }>(sql`select private_key from push_vapid_key`);
  if (row === undefined) throw new Error('the key that was just inserted is gone');
  return row.private_key;
}
