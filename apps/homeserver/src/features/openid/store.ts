import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** Removes what has expired on the way. */
export async function insert(
  tx: WriteTx,
  tokenHash: Uint8Array,
  userId: UserId,
  nowMs: number,
  expiresAtMs: number,
): Promise<void> {
  await tx.execute(sql`delete from openid_token where expires_at <= ${nowMs}`);
  await tx.execute(
    sql`insert into openid_token (token_hash, user_id, expires_at) values (${tokenHash}, ${userId}, ${expiresAtMs})`,
  );
}

export async function findUser(tx: ReadTx, tokenHash: Uint8Array, nowMs: number): Promise<UserId | undefined> {
  const row = await tx.find<{ user_id: UserId }>(sql`
    select user_id from openid_token join account using (user_id)
    where token_hash = ${tokenHash} and expires_at > ${nowMs} and deactivated_at is null and locked_at is null`);
  return row?.user_id;
}
