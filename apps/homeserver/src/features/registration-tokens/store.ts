import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export interface RegistrationTokenRow {
  readonly token_hash: Buffer;
  /** Null: as often as one likes. */
  readonly uses_allowed: number | null;
  readonly completed: number;
  /** Milliseconds; null: for ever. */
  readonly expires_at: number | null;
}

const columns = fragment`token_hash, uses_allowed, completed, expires_at`;

const isOpen = (nowMs: number) =>
  fragment`((uses_allowed is null or completed < uses_allowed) and (expires_at is null or expires_at > ${nowMs}))`;

/** False when there is this token already. */
export async function insert(
  tx: WriteTx,
  row: Omit<RegistrationTokenRow, 'completed'>,
  createdBy: UserId,
  nowMs: number,
): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into registration_token (token_hash, created_by, created_at, uses_allowed, expires_at)
    values (${row.token_hash}, ${createdBy}, ${nowMs}, ${row.uses_allowed}, ${row.expires_at}) on conflict do nothing`);
  return inserted === 1;
}

/** The oldest first; those that let somebody in, or those that do not, when `open` says so. */
export async function list(
  tx: ReadTx,
  open: boolean | undefined,
  nowMs: number,
  limit: number,
): Promise<readonly RegistrationTokenRow[]> {
  return tx.query(sql`
    select ${columns} from registration_token
    where ${open ?? null}::boolean is null or ${isOpen(nowMs)} = ${open ?? null}::boolean
    order by created_at, token_hash limit ${limit}`);
}

export async function find(tx: ReadTx, tokenHash: Uint8Array): Promise<RegistrationTokenRow | undefined> {
  return tx.find(sql`select ${columns} from registration_token where token_hash = ${tokenHash}`);
}

export async function findOpen(
  tx: ReadTx,
  tokenHash: Uint8Array,
  nowMs: number,
): Promise<RegistrationTokenRow | undefined> {
  return tx.find(sql`select ${columns} from registration_token where token_hash = ${tokenHash} and ${isOpen(nowMs)}`);
}

/** In the transaction that creates the account: of any number of parallel attempts as many get true as are allowed. */
export async function countUse(tx: WriteTx, tokenHash: Uint8Array, nowMs: number): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update registration_token set completed = completed + 1 where token_hash = ${tokenHash} and ${isOpen(nowMs)}`)) ===
    1
  );
}

/** Undefined leaves as it is. */
export async function update(
  tx: WriteTx,
  tokenHash: Uint8Array,
  change: { readonly usesAllowed: number | null | undefined; readonly expiresAtMs: number | null | undefined },
): Promise<RegistrationTokenRow | undefined> {
  const { usesAllowed, expiresAtMs } = change;
  return tx.find(sql`
    update registration_token set
      uses_allowed = case when ${usesAllowed === undefined}::boolean then uses_allowed else ${usesAllowed ?? null}::bigint end,
      expires_at = case when ${expiresAtMs === undefined}::boolean then expires_at else ${expiresAtMs ?? null}::bigint end
    where token_hash = ${tokenHash} returning ${columns}`);
}

export async function remove(tx: WriteTx, tokenHash: Uint8Array): Promise<boolean> {
  return (await tx.execute(sql`delete from registration_token where token_hash = ${tokenHash}`)) === 1;
}
