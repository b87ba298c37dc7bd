import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(sql`select max(position) as last from push_ruleset`);
  return row?.last ?? 0;
}

export interface StoredRuleset {
  readonly user_id: UserId;
  readonly json: string;
  readonly position: number;
}

/** The rules that users changed; those who never did have none. */
export async function listRulesets(tx: ReadTx, userIds: readonly UserId[]): Promise<readonly StoredRuleset[]> {
  return tx.query(sql`select user_id, json, position from push_ruleset where user_id = any(${userIds}::text[])`);
}

export async function findRuleset(tx: ReadTx, userId: UserId): Promise<StoredRuleset | undefined> {
  return (await listRulesets(tx, [userId]))[0];
}

/** As {@link findRuleset}, and nobody else edits this user's rules until the transaction ends. */
export async function lockRuleset(tx: WriteTx, userId: UserId): Promise<string | undefined> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('push_ruleset ' || ${userId}, 0))`);
  return (await findRuleset(tx, userId))?.json;
}

export async function upsertRuleset(tx: WriteTx, userId: UserId, json: string, position: number): Promise<void> {
  await tx.execute(sql`
    insert into push_ruleset (user_id, json, position) values (${userId}, ${json}, ${position})
    on conflict (user_id) do update set json = excluded.json, position = excluded.position`);
}

export async function removeRuleset(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from push_ruleset where user_id = ${userId}`);
}

/** A join, or an event of the user's own: what came before it is read. */
export interface ImplicitRead {
  readonly userId: UserId;
  readonly roomNid: number;
  readonly threadId: string;
  readonly eventPos: number;
}

/** For a room that is no more. */
export async function removeImplicitReadsOf(tx: WriteTx, roomNid: number): Promise<void> {
  await tx.execute(sql`delete from implicit_read where room_nid = ${roomNid}`);
}

/** Up to which position of the event stream `implicit_read` is complete. */
export async function findImplicitReadMark(tx: ReadTx): Promise<number> {
  return (await tx.find<{ event_pos: number }>(sql`select event_pos from implicit_read_mark`))?.event_pos ?? 0;
}

export async function saveImplicitReads(tx: WriteTx, rows: readonly ImplicitRead[], mark: number): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
  await tx.execute(sql`
    insert into implicit_read as stored (user_id, room_nid, thread_id, event_pos)
    select * from unnest(${rows.map((row) => row.userId)}::text[], ${rows.map((row) => row.roomNid)}::bigint[],
                         ${rows.map((row) => row.threadId)}::text[], ${rows.map((row) => row.eventPos)}::bigint[])
    on conflict (user_id, room_nid, thread_id) do update set event_pos = excluded.event_pos
      where stored.event_pos < excluded.event_pos`);
  await tx.execute(sql`update implicit_read_mark set event_pos = ${mark} where event_pos < ${mark}`);
}

export async function listImplicitReads(
  tx: ReadTx,
  userId: UserId,
  roomNids: readonly number[],
): Promise<readonly ImplicitRead[]> {
  const rows = await tx.query<{ room_nid: number; thread_id: string; event_pos: number }>(sql`
    select room_nid, thread_id, event_pos from implicit_read where user_id = ${userId} and room_nid = any(${roomNids}::bigint[])`);
  return rows.map((row) => ({ userId, roomNid: row.room_nid, threadId: row.thread_id, eventPos: row.event_pos }));
}
