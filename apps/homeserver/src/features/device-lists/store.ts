import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(sql`select max(position) as last from device_list_change`);
  return row?.last ?? 0;
}

export async function insertChange(tx: WriteTx, position: number, userId: UserId): Promise<void> {
  await tx.execute(sql`insert into device_list_change (position, user_id) values (${position}, ${userId})`);
}

/** Users whose devices changed after one position and up to another. */
export async function listChangedUsers(tx: ReadTx, after: number, upTo: number): Promise<readonly { user_id: UserId }[]> {
  return tx.query(sql`select distinct user_id from device_list_change where position > ${after} and position <= ${upTo}`);
}
