import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface ActingRow {
  readonly user_id: UserId;
  readonly administrator: UserId;
  readonly expires_at: number;
}

/** Removes what has expired on the way. */
export async function insert(tx: WriteTx, tokenHash: Uint8Array, row: ActingRow, nowMs: number): Promise<void> {
  await tx.execute(sql`delete from acting_token where expires_at <= ${nowMs}`);
  await tx.execute(sql`
    insert into acting_token (token_hash, user_id, administrator, expires_at)
    values (${tokenHash}, ${row.user_id}, ${row.administrator}, ${row.expires_at})`);
}

/** Undefined also when whoever acts is no administrator any more, or cannot do anything. */
export async function find(tx: ReadTx, tokenHash: Uint8Array): Promise<ActingRow | undefined> {
  return tx.find(sql`
    select t.user_id, t.administrator, t.expires_at from acting_token t join account a on a.user_id = t.administrator
    where t.token_hash = ${tokenHash}
      and a.is_admin and a.deactivated_at is null and a.locked_at is null and a.suspended_at is null`);
}

export async function remove(tx: WriteTx, tokenHash: Uint8Array): Promise<void> {
  await tx.execute(sql`delete from acting_token where token_hash = ${tokenHash}`);
}

export async function removeOfAdministrator(tx: WriteTx, administrator: UserId): Promise<void> {
  await tx.execute(sql`delete from acting_token where administrator = ${administrator}`);
}
