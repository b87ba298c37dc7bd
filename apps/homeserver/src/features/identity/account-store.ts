import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export interface Account {
  readonly userId: UserId;
  readonly loginName: string | undefined;
  readonly passwordHash: string | undefined;
  readonly kind: 'user' | 'guest' | 'appservice' | 'server';
  readonly isAdmin: boolean;
  readonly isSuspended: boolean;
  readonly isLocked: boolean;
  readonly isDeactivated: boolean;
}

interface AccountRow {
  readonly user_id: UserId;
  readonly login_name: string | null;
  readonly password_hash: string | null;
  readonly kind: Account['kind'];
  readonly is_admin: boolean;
  readonly suspended_at: number | null;
  readonly locked_at: number | null;
  readonly deactivated_at: number | null;
}

const columns = fragment`user_id, login_name, password_hash, kind, is_admin, suspended_at, locked_at, deactivated_at`;

const readAccount = (row: AccountRow): Account => ({
  userId: row.user_id,
  loginName: row.login_name ?? undefined,
  passwordHash: row.password_hash ?? undefined,
  kind: row.kind,
  isAdmin: row.is_admin,
  isSuspended: row.suspended_at !== null,
  isLocked: row.locked_at !== null,
  isDeactivated: row.deactivated_at !== null,
});

export async function find(tx: ReadTx, userId: UserId): Promise<Account | undefined> {
  const row = await tx.find<AccountRow>(sql`select ${columns} from account where user_id = ${userId}`);
  return row && readAccount(row);
}

export async function findByLoginName(tx: ReadTx, loginName: string): Promise<Account | undefined> {
  const row = await tx.find<AccountRow>(sql`select ${columns} from account where login_name = ${loginName}`);
  return row && readAccount(row);
}

/** False when the user id or the login name is taken. */
export async function insert(
  tx: WriteTx,
  account: Pick<Account, 'userId' | 'loginName' | 'passwordHash' | 'kind' | 'isAdmin'>,
  nowMs: number,
): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into account (user_id, login_name, password_hash, kind, is_admin, created_at)
    values (${account.userId}, ${account.loginName ?? null}, ${account.passwordHash ?? null}, ${account.kind}, ${account.isAdmin}, ${nowMs})
    on conflict do nothing`);
  return inserted === 1;
}

export async function updatePasswordHash(tx: WriteTx, userId: UserId, passwordHash: string): Promise<void> {
  await tx.execute(sql`update account set password_hash = ${passwordHash} where user_id = ${userId}`);
}

/** The account stays, so that its name is never given to anybody else; what could open it goes. */
export async function deactivate(tx: WriteTx, userId: UserId, nowMs: number): Promise<void> {
  await tx.execute(sql`
    update account set deactivated_at = coalesce(deactivated_at, ${nowMs}), password_hash = null where user_id = ${userId}`);
  await tx.execute(sql`delete from login_token where user_id = ${userId}`);
}

/** Accounts that have ended and still have something. */
export async function listNotCleared(tx: ReadTx): Promise<UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`
    select user_id from account where deactivated_at is not null and cleared_at is null`);
  return rows.map((row) => row.user_id);
}

export async function updateClearedAt(tx: WriteTx, userId: UserId, clearedAtMs: number): Promise<void> {
  await tx.execute(sql`update account set cleared_at = ${clearedAtMs} where user_id = ${userId}`);
}

export async function updateSuspendedAt(tx: WriteTx, userId: UserId, suspendedAtMs: number | undefined): Promise<void> {
  await tx.execute(sql`update account set suspended_at = ${suspendedAtMs ?? null} where user_id = ${userId}`);
}

export async function updateLockedAt(tx: WriteTx, userId: UserId, lockedAtMs: number | undefined): Promise<void> {
  await tx.execute(sql`update account set locked_at = ${lockedAtMs ?? null} where user_id = ${userId}`);
}

/** Removes what has expired on the way. */
export async function insertLoginToken(
  tx: WriteTx,
  tokenHash: Uint8Array,
  userId: UserId,
  nowMs: number,
  expiresAtMs: number,
): Promise<void> {
  await tx.execute(sql`delete from login_token where expires_at <= ${nowMs}`);
  await tx.execute(
    sql`insert into login_token (token_hash, user_id, expires_at) values (${tokenHash}, ${userId}, ${expiresAtMs})`,
  );
}

/** Takes the token out of the table: it opens one session. */
export async function takeLoginToken(tx: WriteTx, tokenHash: Uint8Array, nowMs: number): Promise<UserId | undefined> {
  const row = await tx.find<{ user_id: UserId; expires_at: number }>(sql`
    delete from login_token where token_hash = ${tokenHash} returning user_id, expires_at`);
  return row && row.expires_at > nowMs ? row.user_id : undefined;
}
