import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface DeviceRow {
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly display_name: string | null;
  readonly last_seen_at: number | null;
  readonly last_seen_ip: string | null;
  readonly last_seen_user_agent: string | null;
}

/** A device that is there already keeps its name. */
export async function upsert(
  tx: WriteTx,
  userId: UserId,
  deviceId: DeviceId,
  displayName: string | undefined,
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`
    insert into device (user_id, device_id, display_name, created_at, last_seen_at)
    values (${userId}, ${deviceId}, ${displayName ?? null}, ${nowMs}, ${nowMs})
    on conflict (user_id, device_id) do update set removed_at = null`);
}

export async function list(tx: ReadTx, userIds: readonly UserId[]): Promise<DeviceRow[]> {
  return tx.query(sql`
    select user_id, device_id, display_name, last_seen_at, last_seen_ip, last_seen_user_agent from device
    where user_id = any(${userIds}) and removed_at is null order by created_at, device_id`);
}

export async function listServiceUsers(tx: ReadTx): Promise<UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`
    select user_id from account where kind = 'appservice'
      and exists (select from device where device.user_id = account.user_id and removed_at is null)`);
  return rows.map((row) => row.user_id);
}

export async function rename(tx: WriteTx, userId: UserId, deviceId: DeviceId, displayName: string): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update device set display_name = ${displayName} where user_id = ${userId} and device_id = ${deviceId} and removed_at is null`)) ===
    1
  );
}

/** Takes the sessions of devices away at once. Returns the devices that were there. */
export async function markRemoved(
  tx: WriteTx,
  userId: UserId,
  deviceIds: readonly DeviceId[],
  nowMs: number,
): Promise<DeviceId[]> {
  await tx.execute(sql`delete from session where user_id = ${userId} and device_id = any(${deviceIds})`);
  const rows = await tx.query<{ device_id: DeviceId }>(sql`
    update device set removed_at = ${nowMs}
    where user_id = ${userId} and device_id = any(${deviceIds}) and removed_at is null returning device_id`);
  return rows.map((row) => row.device_id);
}

/** Devices that were signed out and whose end was not completed. */
export async function listRemoved(tx: ReadTx): Promise<{ readonly user_id: UserId; readonly device_id: DeviceId }[]> {
  return tx.query(sql`select user_id, device_id from device where removed_at is not null`);
}

/** Unless they have logged in again meanwhile. */
export async function deleteRemoved(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
  await tx.execute(sql`
    delete from device where user_id = ${userId} and device_id = any(${deviceIds}) and removed_at is not null`);
}

export interface Sighting {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly atMs: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** Where devices were last seen. Soft data: a power cut may lose the last minute of it. */
export async function updateLastSeen(tx: WriteTx, sightings: readonly Sighting[]): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
  await tx.execute(sql`
    update device set last_seen_at = seen.at, last_seen_ip = coalesce(seen.ip, last_seen_ip),
      last_seen_user_agent = coalesce(seen.user_agent, last_seen_user_agent)
    from unnest(${sightings.map(({ userId }) => userId)}::text[], ${sightings.map(({ deviceId }) => deviceId)}::text[],
                ${sightings.map(({ atMs }) => atMs)}::bigint[], ${sightings.map(({ ip }) => ip ?? null)}::text[],
                ${sightings.map(({ userAgent }) => userAgent ?? null)}::text[]) as seen (user_id, device_id, at, ip, user_agent)
    where device.user_id = seen.user_id and device.device_id = seen.device_id`);
}

/** Adds a device that nobody logs in with. False when there is another one of this name. */
export async function insertDormant(
  tx: WriteTx,
  userId: UserId,
  deviceId: DeviceId,
  displayName: string | undefined,
  nowMs: number,
): Promise<boolean> {
  const changed = await tx.execute(sql`
    insert into device as known (user_id, device_id, display_name, created_at, is_dormant)
    values (${userId}, ${deviceId}, ${displayName ?? null}, ${nowMs}, true)
    on conflict (user_id, device_id) do update set display_name = excluded.display_name
    where known.is_dormant and known.removed_at is null`);
  return changed > 0;
}

export async function isDormant(tx: ReadTx, userId: UserId, deviceId: DeviceId): Promise<boolean> {
  const rows = await tx.query(
    sql`select 1 from device where user_id = ${userId} and device_id = ${deviceId} and is_dormant`,
  );
  return rows.length > 0;
}

export async function listDormant(tx: ReadTx, userId: UserId): Promise<DeviceId[]> {
  const rows = await tx.query<{ device_id: DeviceId }>(
    sql`select device_id from device where user_id = ${userId} and is_dormant and removed_at is null`,
  );
  return rows.map((row) => row.device_id);
}
