import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface SessionRow {
  readonly session_id: number;
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly access_expires_at: number | null;
}

export interface SessionTokens {
  readonly accessHash: Uint8Array;
  readonly accessExpiresAtMs: number | undefined;
  readonly refreshHash: Uint8Array | undefined;
}

export async function insert(tx: WriteTx, userId: UserId, deviceId: DeviceId, tokens: SessionTokens): Promise<void> {
  await tx.execute(sql`
    insert into session (user_id, device_id, access_hash, access_expires_at, refresh_hash)
    values (${userId}, ${deviceId}, ${tokens.accessHash}, ${tokens.accessExpiresAtMs ?? null}, ${tokens.refreshHash ?? null})`);
}

export async function findByAccessHash(tx: ReadTx, accessHash: Uint8Array): Promise<SessionRow | undefined> {
  return tx.find(sql`select session_id, user_id, device_id, access_expires_at from session where access_hash = ${accessHash}`);
}

/** Locks the session that this refresh token belongs to, be it the present token or the one before. */
export async function findByRefreshHashForUpdate(tx: WriteTx, refreshHash: Uint8Array): Promise<(SessionRow & { readonly access_hash: Uint8Array; readonly is_present: boolean }) | undefined> {
  return tx.find(sql`
    select session_id, user_id, device_id, access_expires_at, access_hash, refresh_hash = ${refreshHash} as is_present
    from session where refresh_hash = ${refreshHash} or previous_refresh_hash = ${refreshHash} for update`);
}

export async function rotate(tx: WriteTx, sessionId: number, presentedRefreshHash: Uint8Array, tokens: SessionTokens): Promise<void> {
  await tx.execute(sql`
    update session set access_hash = ${tokens.accessHash}, access_expires_at = ${tokens.accessExpiresAtMs ?? null},
      refresh_hash = ${tokens.refreshHash ?? null}, previous_refresh_hash = ${presentedRefreshHash}
    where session_id = ${sessionId}`);
}

/** The newer tokens were used, so their answer arrived: from now on the token before them is a stolen or repeated one. */
export async function forgetPreviousRefresh(tx: WriteTx, sessionId: number): Promise<void> {
  await tx.execute(sql`update session set previous_refresh_hash = null where session_id = ${sessionId} and previous_refresh_hash is not null`);
}

export async function upsertDevice(tx: WriteTx, userId: UserId, deviceId: DeviceId, displayName: string | undefined, nowMs: number): Promise<void> {
  await tx.execute(sql`
    insert into device (user_id, device_id, display_name, created_at, last_seen_at)
    values (${userId}, ${deviceId}, ${displayName ?? null}, ${nowMs}, ${nowMs})
    on conflict (user_id, device_id) do nothing`);
}

export interface DeviceRow {
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly display_name: string | null;
  readonly last_seen_at: number | null;
  readonly last_seen_ip: string | null;
}

export async function listDevices(tx: ReadTx, userIds: readonly UserId[]): Promise<DeviceRow[]> {
  return tx.query(sql`
    select user_id, device_id, display_name, last_seen_at, last_seen_ip from device where user_id = any(${userIds}) order by created_at, device_id`);
}

export async function renameDevice(tx: WriteTx, userId: UserId, deviceId: DeviceId, displayName: string): Promise<boolean> {
  return (await tx.execute(sql`update device set display_name = ${displayName} where user_id = ${userId} and device_id = ${deviceId}`)) === 1;
}

export async function removeSessionsOf(tx: WriteTx, userId: UserId, deviceId: DeviceId): Promise<void> {
  await tx.execute(sql`delete from session where user_id = ${userId} and device_id = ${deviceId}`);
}

/** Sessions go with their device. Returns the devices that were there. */
export async function removeDevices(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<DeviceId[]> {
  const rows = await tx.query<{ device_id: DeviceId }>(sql`
    delete from device where user_id = ${userId} and device_id = any(${deviceIds}) returning device_id`);
  return rows.map((row) => row.device_id);
}

export interface Sighting {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly atMs: number;
  readonly ip: string;
}

/** Where devices were last seen. Soft data: a power cut may lose the last minute of it. */
export async function updateLastSeen(tx: WriteTx, sightings: readonly Sighting[]): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
  await tx.execute(sql`
    update device set last_seen_at = seen.at, last_seen_ip = seen.ip
    from unnest(${sightings.map((seen) => seen.userId)}::text[], ${sightings.map((seen) => seen.deviceId)}::text[],
                ${sightings.map((seen) => seen.atMs)}::bigint[], ${sightings.map((seen) => seen.ip)}::text[]) as seen (user_id, device_id, at, ip)
    where device.user_id = seen.user_id and device.device_id = seen.device_id`);
}
