import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export async function find(tx: ReadTx, userId: UserId, filterId: string): Promise<string | undefined> {
  const row = await tx.find<{ json: string }>(
    sql`select json from filter where user_id = ${userId} and filter_id = ${filterId}`,
  );
  return row?.json;
}

/** False when it was there already. */
export async function insert(tx: WriteTx, userId: UserId, filterId: string, json: string): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into filter (user_id, filter_id, json) values (${userId}, ${filterId}, ${json}) on conflict do nothing`);
  return inserted === 1;
}

export async function count(tx: ReadTx, userId: UserId): Promise<number> {
  return (
    (await tx.find<{ count: number }>(sql`select count(*) as count from filter where user_id = ${userId}`))?.count ?? 0
  );
}
