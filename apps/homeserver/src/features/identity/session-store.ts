import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface SessionRow {
  readonly session_id: number;
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly access_expires_at: number | null;
}

export interface StoredTokens {
  readonly accessHash: Uint8Array;
  /** Undefined: the access token holds until the session is closed. */
  readonly accessExpiresAtMs: number | undefined;
  readonly refresh:
    | { readonly familyHash: Uint8Array; readonly hash: Uint8Array; readonly rotationSecret: Uint8Array }
    | undefined;
}

/** Returns the session's id. */
export async function insert(tx: WriteTx, userId: UserId, deviceId: DeviceId, tokens: StoredTokens): Promise<number> {
  const { refresh } = tokens;
  const inserted = await tx.find<{ session_id: number }>(sql`
    insert into session (user_id, device_id, access_hash, access_expires_at, refresh_family_hash, refresh_hash, rotation_secret)
    values (${userId}, ${deviceId}, ${tokens.accessHash}, ${tokens.accessExpiresAtMs ?? null},
      ${refresh?.familyHash ?? null}, ${refresh?.hash ?? null}, ${refresh?.rotationSecret ?? null})
    returning session_id`);
  if (inserted === undefined) throw new Error('insert returned no row');
  return inserted.session_id;
}

export type SessionIdentity = Pick<SessionRow, 'session_id' | 'user_id' | 'device_id'>;

/** The session of an access token, or of a refresh token's family, be the token good or not. */
export async function findByEitherHash(
  tx: ReadTx,
  accessHash: Uint8Array,
  familyHash: Uint8Array,
): Promise<SessionIdentity | undefined> {
  return tx.find(sql`
    select session_id, user_id, device_id from session
    where access_hash = ${accessHash} or refresh_family_hash = ${familyHash}`);
}

export interface GateRow extends SessionRow {
  /** The refresh token before the present one would still be accepted. */
  readonly has_previous_refresh: boolean;
}

export async function findByAccessHash(tx: ReadTx, accessHash: Uint8Array): Promise<GateRow | undefined> {
  return tx.find(sql`
    select session_id, user_id, device_id, access_expires_at, previous_refresh_hash is not null as has_previous_refresh
    from session where access_hash = ${accessHash}`);
}

export interface RefreshableRow extends SessionRow {
  readonly refresh_hash: Buffer;
  readonly previous_refresh_hash: Buffer | null;
  readonly rotation_secret: Buffer;
}

/** Locks the session that a refresh token belongs to, be the token good or not. */
export async function findByFamilyForUpdate(tx: WriteTx, familyHash: Uint8Array): Promise<RefreshableRow | undefined> {
  return tx.find(sql`
    select session_id, user_id, device_id, access_expires_at, refresh_hash, previous_refresh_hash, rotation_secret
    from session where refresh_family_hash = ${familyHash} for update`);
}

export interface Rotation {
  readonly accessHash: Uint8Array;
  readonly accessExpiresAtMs: number;
  readonly refreshHash: Uint8Array;
}

export async function rotate(tx: WriteTx, sessionId: number, to: Rotation): Promise<void> {
  await tx.execute(sql`
    update session set previous_refresh_hash = refresh_hash, refresh_hash = ${to.refreshHash},
      access_hash = ${to.accessHash}, access_expires_at = ${to.accessExpiresAtMs}
    where session_id = ${sessionId}`);
}

/** The newer tokens were used, so their answer arrived: from now on the token before them is a repeated or stolen one. */
export async function forgetPreviousRefresh(tx: WriteTx, sessionId: number): Promise<void> {
  await tx.execute(sql`
    update session set previous_refresh_hash = null where session_id = ${sessionId} and previous_refresh_hash is not null`);
}

export async function removeSessionsOf(tx: WriteTx, userId: UserId, deviceId: DeviceId): Promise<void> {
  await tx.execute(sql`delete from session where user_id = ${userId} and device_id = ${deviceId}`);
}
