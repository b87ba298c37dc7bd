import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface InvitationRow {
  readonly invitation_id: number;
  readonly created_by: UserId;
  readonly created_at: number;
  readonly expires_at: number;
  readonly is_admin: boolean;
  readonly login_name: string | null;
  readonly display_name: string | null;
  readonly used_by: UserId | null;
  readonly used_at: number | null;
}

export async function insert(
  tx: WriteTx,
  row: Omit<InvitationRow, 'invitation_id' | 'used_by' | 'used_at'> & { readonly code_hash: Uint8Array },
): Promise<number> {
  const inserted = await tx.find<{ invitation_id: number }>(sql`
    insert into invitation (code_hash, created_by, created_at, expires_at, is_admin, login_name, display_name)
    values (${row.code_hash}, ${row.created_by}, ${row.created_at}, ${row.expires_at}, ${row.is_admin}, ${row.login_name}, ${row.display_name})
    returning invitation_id`);
  if (inserted === undefined) throw new Error('insert returned no row');
  return inserted.invitation_id;
}

export async function list(tx: ReadTx): Promise<InvitationRow[]> {
  return tx.query(sql`
    select invitation_id, created_by, created_at, expires_at, is_admin, login_name, display_name, used_by, used_at
    from invitation order by invitation_id desc limit 500`);
}

export async function findOpen(tx: ReadTx, codeHash: Uint8Array, nowMs: number): Promise<InvitationRow | undefined> {
  return tx.find(sql`
    select invitation_id, created_by, created_at, expires_at, is_admin, login_name, display_name, used_by, used_at
    from invitation where code_hash = ${codeHash} and used_by is null and expires_at > ${nowMs}`);
}

/** Uses the code in the transaction that creates the account: one of any number of parallel attempts gets true. */
export async function markUsed(tx: WriteTx, invitationId: number, usedBy: UserId, nowMs: number): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update invitation set used_by = ${usedBy}, used_at = ${nowMs}
      where invitation_id = ${invitationId} and used_by is null and expires_at > ${nowMs}`)) === 1
  );
}

export async function remove(tx: WriteTx, invitationId: number): Promise<boolean> {
  return (
    (await tx.execute(sql`delete from invitation where invitation_id = ${invitationId} and used_by is null`)) === 1
  );
}
