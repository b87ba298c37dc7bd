import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../database/sql.ts';

export interface BackupRow {
  readonly version: number;
  readonly algorithm: string;
  readonly auth_data: string;
  readonly etag: number;
  readonly is_deleted: boolean;
}

export interface SessionRow {
  readonly room_id: string;
  readonly session_id: string;
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: boolean;
  readonly session_data: string;
}

/** Which sessions of a backup: all, one room's, or one. */
export interface SessionScope {
  readonly roomId?: string;
  readonly sessionId?: string;
}

const within = ({ roomId, sessionId }: SessionScope): SqlFragment => {
  if (roomId === undefined) return fragment`true`;
  return sessionId === undefined
    ? fragment`room_id = ${roomId}`
    : fragment`room_id = ${roomId} and session_id = ${sessionId}`;
};

const columns = fragment`version, algorithm, auth_data, etag, is_deleted`;

/** The newest backup that was not deleted. */
export async function findCurrent(tx: ReadTx, userId: UserId): Promise<BackupRow | undefined> {
  return tx.find(sql`
    select ${columns} from key_backup where user_id = ${userId} and not is_deleted order by version desc limit 1`);
}

export async function find(tx: ReadTx, userId: UserId, version: number): Promise<BackupRow | undefined> {
  return tx.find(
    sql`select ${columns} from key_backup where user_id = ${userId} and version = ${version} and not is_deleted`,
  );
}

/** Whether there is or was a backup of this version. */
export async function everExisted(tx: ReadTx, userId: UserId, version: number): Promise<boolean> {
  const rows = await tx.query(sql`select from key_backup where user_id = ${userId} and version = ${version}`);
  return rows.length > 0;
}

/** Locks the backup, so that its sessions and its etag change together. */
export async function findForUpdate(tx: WriteTx, userId: UserId, version: number): Promise<BackupRow | undefined> {
  return tx.find(sql`
    select ${columns} from key_backup where user_id = ${userId} and version = ${version} and not is_deleted for update`);
}

/** Versions of deleted backups are never given out again, and two requests at once get different ones. */
export async function insert(tx: WriteTx, userId: UserId, algorithm: string, authData: string): Promise<number> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('key backup ' || ${userId}::text, 0))`);
  const row = await tx.find<{ version: number }>(sql`
    insert into key_backup (user_id, version, algorithm, auth_data)
    select ${userId}, coalesce(max(version), 0) + 1, ${algorithm}, ${authData} from key_backup where user_id = ${userId}
    returning version`);
  if (row === undefined) throw new Error('insert returned no row');
  return row.version;
}

export async function updateAuthData(tx: WriteTx, userId: UserId, version: number, authData: string): Promise<void> {
  await tx.execute(
    sql`update key_backup set auth_data = ${authData} where user_id = ${userId} and version = ${version}`,
  );
}

export async function markDeleted(tx: WriteTx, userId: UserId, version: number): Promise<void> {
  await tx.execute(sql`delete from key_backup_session where user_id = ${userId} and version = ${version}`);
  await tx.execute(sql`
    update key_backup set is_deleted = true, auth_data = '{}' where user_id = ${userId} and version = ${version}`);
}

export async function countSessions(tx: ReadTx, userId: UserId, version: number): Promise<number> {
  const row = await tx.find<{ count: number }>(sql`
    select count(*) as count from key_backup_session where user_id = ${userId} and version = ${version}`);
  return row?.count ?? 0;
}

export async function listSessions(
  tx: ReadTx,
  userId: UserId,
  version: number,
  scope: SessionScope,
): Promise<SessionRow[]> {
  return tx.query(sql`
    select room_id, session_id, first_message_index, forwarded_count, is_verified, session_data
    from key_backup_session where user_id = ${userId} and version = ${version} and ${within(scope)}`);
}

/**
 * Keeps, of two copies of a session, the better one: verified before unverified, then the lower first message index, then
 * the lower forwarded count. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeys
 */
export async function upsertBetterSessions(
  tx: WriteTx,
  userId: UserId,
  version: number,
  rows: readonly SessionRow[],
): Promise<number> {
  return tx.execute(sql`
    insert into key_backup_session as stored
      (user_id, version, room_id, session_id, first_message_index, forwarded_count, is_verified, session_data)
    select ${userId}, ${version}::bigint, incoming.* from unnest(
      ${rows.map((row) => row.room_id)}::text[], ${rows.map((row) => row.session_id)}::text[],
      ${rows.map((row) => row.first_message_index)}::bigint[], ${rows.map((row) => row.forwarded_count)}::bigint[],
      ${rows.map((row) => row.is_verified)}::boolean[], ${rows.map((row) => row.session_data)}::text[]) as incoming
    on conflict (user_id, version, room_id, session_id) do update set
      first_message_index = excluded.first_message_index, forwarded_count = excluded.forwarded_count,
      is_verified = excluded.is_verified, session_data = excluded.session_data
    where (not excluded.is_verified, excluded.first_message_index, excluded.forwarded_count)
        < (not stored.is_verified, stored.first_message_index, stored.forwarded_count)`);
}

export async function removeSessions(
  tx: WriteTx,
  userId: UserId,
  version: number,
  scope: SessionScope,
): Promise<number> {
  return tx.execute(sql`
    delete from key_backup_session where user_id = ${userId} and version = ${version} and ${within(scope)}`);
}

export async function bumpEtag(tx: WriteTx, userId: UserId, version: number): Promise<void> {
  await tx.execute(sql`update key_backup set etag = etag + 1 where user_id = ${userId} and version = ${version}`);
}
