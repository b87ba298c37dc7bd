import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

/** What an account is for, where it is not a person's. */
export type UserType = 'bot' | 'support';

export interface Account {
  readonly userId: UserId;
  readonly loginName: string | undefined;
  readonly passwordHash: string | undefined;
  readonly kind: 'user' | 'guest' | 'appservice' | 'server';
  readonly userType: UserType | undefined;
  readonly isAdmin: boolean;
  readonly createdAtMs: number;
  readonly isSuspended: boolean;
  readonly isLocked: boolean;
  readonly isDeactivated: boolean;
  /** Whoever ended it asked for everything about the person to be forgotten. */
  readonly isErased: boolean;
}

/** What an administrator changes of an account. What is absent stays. */
export interface AccountChange {
  readonly passwordHash?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isSuspended?: boolean | undefined;
  readonly isLocked?: boolean | undefined;
  /** Null: a person's account. */
  readonly userType?: UserType | null | undefined;
  /** An account that had ended is open again, with nothing in it. */
  readonly isReopened?: boolean | undefined;
}

interface AccountRow {
  readonly user_id: UserId;
  readonly login_name: string | null;
  readonly password_hash: string | null;
  readonly kind: Account['kind'];
  readonly user_type: UserType | null;
  readonly is_admin: boolean;
  readonly created_at: number;
  readonly suspended_at: number | null;
  readonly locked_at: number | null;
  readonly deactivated_at: number | null;
  readonly erased_at: number | null;
}

const columns = fragment`user_id, login_name, password_hash, kind, user_type, is_admin, created_at, suspended_at, locked_at, deactivated_at, erased_at`;

const readAccount = (row: AccountRow): Account => ({
  userId: row.user_id,
  loginName: row.login_name ?? undefined,
  passwordHash: row.password_hash ?? undefined,
  kind: row.kind,
  userType: row.user_type ?? undefined,
  isAdmin: row.is_admin,
  createdAtMs: row.created_at,
  isSuspended: row.suspended_at !== null,
  isLocked: row.locked_at !== null,
  isDeactivated: row.deactivated_at !== null,
  isErased: row.erased_at !== null,
});

export async function find(tx: ReadTx, userId: UserId): Promise<Account | undefined> {
  const row = await tx.find<AccountRow>(sql`select ${columns} from account where user_id = ${userId}`);
  return row && readAccount(row);
}

/** Those of the users who are guests. */
export async function listGuests(tx: ReadTx, userIds: readonly UserId[]): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(
    sql`select user_id from account where user_id = any(${userIds}::text[]) and kind = 'guest'`,
  );
  return rows.map((row) => row.user_id);
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

/** False when the account is no guest's, or the login name is taken. */
export async function promoteGuest(
  tx: WriteTx,
  account: Pick<Account, 'userId' | 'loginName' | 'passwordHash' | 'isAdmin'>,
): Promise<boolean> {
  const { userId, loginName = null, passwordHash = null, isAdmin } = account;
  const updated = await tx.execute(sql`
    update account set kind = 'user', login_name = ${loginName}, password_hash = ${passwordHash}, is_admin = ${isAdmin}
    where user_id = ${userId} and kind = 'guest' and deactivated_at is null
      and not exists (select from account where login_name = ${loginName})`);
  return updated === 1;
}

export async function update(tx: WriteTx, userId: UserId, change: AccountChange, nowMs: number): Promise<void> {
  const {
    passwordHash = null,
    isAdmin = null,
    isSuspended = null,
    isLocked = null,
    userType,
    isReopened = false,
  } = change;
  await tx.execute(sql`
    update account set
      password_hash = coalesce(${passwordHash}::text, password_hash),
      is_admin = coalesce(${isAdmin}::boolean, is_admin),
      suspended_at = case when ${isSuspended}::boolean is null then suspended_at when ${isSuspended}::boolean then ${nowMs}::bigint end,
      locked_at = case when ${isLocked}::boolean is null then locked_at when ${isLocked}::boolean then ${nowMs}::bigint end,
      user_type = case when ${userType === undefined}::boolean then user_type else ${userType ?? null}::text end,
      deactivated_at = case when not ${isReopened}::boolean then deactivated_at end,
      cleared_at = case when not ${isReopened}::boolean then cleared_at end,
      erased_at = case when not ${isReopened}::boolean then erased_at end
    where user_id = ${userId}`);
}

/** Administrators who can do something. None of them changes before the transaction ends. */
export async function lockAdministrators(tx: WriteTx): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`
    select user_id from account
    where is_admin and deactivated_at is null and locked_at is null and suspended_at is null
    order by user_id for update`);
  return rows.map((row) => row.user_id);
}

/** The account stays, so that its name is never given to anybody else; what could open it goes, and its powers. */
export async function deactivate(tx: WriteTx, userId: UserId, isErased: boolean, nowMs: number): Promise<void> {
  await tx.execute(sql`
    update account set deactivated_at = coalesce(deactivated_at, ${nowMs}), password_hash = null, is_admin = false,
      erased_at = case when ${isErased}::boolean then coalesce(erased_at, ${nowMs}::bigint) else erased_at end
    where user_id = ${userId}`);
  await tx.execute(sql`delete from login_token where user_id = ${userId}`);
}

export async function listErased(tx: ReadTx): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`select user_id from account where erased_at is not null`);
  return rows.map((row) => row.user_id);
}

/** Whether everything that belonged to an ended account is gone. */
export async function isCleared(tx: ReadTx, userId: UserId): Promise<boolean> {
  return (await tx.find(sql`select from account where user_id = ${userId} and cleared_at is not null`)) !== undefined;
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
