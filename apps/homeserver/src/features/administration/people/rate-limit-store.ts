import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../../database/database.ts';
import { sql } from '../../../database/sql.ts';

export interface RateLimitRow {
  readonly user_id: UserId;
  /** 0: nothing is limited. */
  readonly messages_per_second: number;
  readonly burst_count: number;
}

export async function listAll(tx: ReadTx): Promise<readonly RateLimitRow[]> {
  return tx.query(sql`select user_id, messages_per_second, burst_count from rate_limit_override`);
}

export async function upsert(tx: WriteTx, row: RateLimitRow): Promise<void> {
  await tx.execute(sql`
    insert into rate_limit_override (user_id, messages_per_second, burst_count)
    values (${row.user_id}, ${row.messages_per_second}, ${row.burst_count})
    on conflict (user_id) do update set messages_per_second = excluded.messages_per_second, burst_count = excluded.burst_count`);
}

export async function remove(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from rate_limit_override where user_id = ${userId}`);
}
