import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql, type Statement } from '../../database/sql.ts';

export interface StoredKey {
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly algorithm: string;
  readonly key_id: string;
  readonly json: string;
}

export interface NewKey {
  readonly algorithm: string;
  readonly keyId: string;
  readonly json: string;
}

/** Until the end of the transaction, nobody else changes the keys of this device. Needed where there is no row yet to lock. */
export async function lockDevice(tx: WriteTx, userId: UserId, deviceId: DeviceId): Promise<void> {
  await tx.query(
    sql`select pg_advisory_xact_lock(hashtextextended('device keys ' || ${userId}::text || ' ' || ${deviceId}::text, 0))`,
  );
}

export async function findDeviceKeys(tx: ReadTx, userId: UserId, deviceId: DeviceId): Promise<string | undefined> {
  const row = await tx.find<{ json: string }>(
    sql`select json from device_key where user_id = ${userId} and device_id = ${deviceId}`,
  );
  return row?.json;
}

export async function upsertDeviceKeys(tx: WriteTx, userId: UserId, deviceId: DeviceId, json: string): Promise<void> {
  await tx.execute(sql`
    insert into device_key (user_id, device_id, json) values (${userId}, ${deviceId}, ${json})
    on conflict (user_id, device_id) do update set json = excluded.json`);
}

export async function listDeviceKeys(
  tx: ReadTx,
  userIds: readonly UserId[],
): Promise<readonly { user_id: UserId; device_id: DeviceId; json: string }[]> {
  return tx.query(sql`select user_id, device_id, json from device_key where user_id = any(${userIds})`);
}

export interface KeyCount {
  readonly algorithm: string;
  readonly count: number;
}

/** What a device has after keys were added; `conflict`: a key whose id is in use for another one. */
interface AddedKeys {
  readonly counts: readonly KeyCount[];
  readonly conflict: string | undefined;
}

/** Adds keys that the device does not have. The transaction is to be given up when there is a conflict. */
export async function addOneTimeKeys(
  tx: WriteTx,
  userId: UserId,
  deviceId: DeviceId,
  keys: readonly NewKey[],
): Promise<AddedKeys> {
  const rows = await tx.query<KeyCount & { readonly conflict: string | null }>(sql`
    with incoming as (
      select * from unnest(
        ${keys.map((key) => key.algorithm)}::text[], ${keys.map((key) => key.keyId)}::text[], ${keys.map((key) => key.json)}::text[]
      ) as incoming (algorithm, key_id, json)
    ), present as (
      select algorithm, key_id, stored.json <> incoming.json as differs
      from one_time_key stored join incoming using (algorithm, key_id)
      where stored.user_id = ${userId} and stored.device_id = ${deviceId}
    ), added as (
      insert into one_time_key (user_id, device_id, algorithm, key_id, json)
      select ${userId}, ${deviceId}, incoming.* from incoming on conflict do nothing
      returning algorithm
    ), had as (
      select algorithm from one_time_key where user_id = ${userId} and device_id = ${deviceId}
    )
    select algorithm, count(*) as count,
      (select present.algorithm || ':' || key_id from present where differs limit 1) as conflict
    from (select algorithm from had union all select algorithm from added) as having_now group by algorithm`);
  return { counts: rows, conflict: rows[0]?.conflict ?? undefined };
}

/** A new fallback key is unused; uploading the present one again does not make it unused. */
export async function upsertFallbackKeys(
  tx: WriteTx,
  userId: UserId,
  deviceId: DeviceId,
  keys: readonly NewKey[],
): Promise<void> {
  await tx.execute(sql`
    insert into fallback_key as stored (user_id, device_id, algorithm, key_id, json)
    select ${userId}, ${deviceId}, incoming.* from unnest(
      ${keys.map((key) => key.algorithm)}::text[], ${keys.map((key) => key.keyId)}::text[], ${keys.map((key) => key.json)}::text[]) as incoming
    on conflict (user_id, device_id, algorithm) do update
      set key_id = excluded.key_id, json = excluded.json, is_used = false
      where stored.key_id <> excluded.key_id or stored.json <> excluded.json`);
}

export async function countOneTimeKeys(tx: ReadTx, userId: UserId, deviceId: DeviceId): Promise<readonly KeyCount[]> {
  return tx.query(sql`
    select algorithm, count(*) as count from one_time_key where user_id = ${userId} and device_id = ${deviceId} group by algorithm`);
}

export async function listUnusedFallbackAlgorithms(
  tx: ReadTx,
  userId: UserId,
  deviceId: DeviceId,
): Promise<readonly { algorithm: string }[]> {
  return tx.query(sql`
    select algorithm from fallback_key where user_id = ${userId} and device_id = ${deviceId} and not is_used order by algorithm`);
}

export interface KeyClaim {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly algorithm: string;
}

/** How many keys of a device are asked for. */
export interface KeyDemand extends KeyClaim {
  readonly count: number;
}

const columnsOf = (claims: readonly KeyClaim[]) =>
  fragment`${claims.map((claim) => claim.userId)}::text[], ${claims.map((claim) => claim.deviceId)}::text[],
           ${claims.map((claim) => claim.algorithm)}::text[]`;

/**
 * Takes the oldest keys of each device out of the table, in the order of their upload. Rows that somebody else holds are
 * passed over, so that no key is handed out twice and nobody waits.
 */
export const takeOneTimeKeys = (demands: readonly KeyDemand[]): Statement => sql`
    with demand as (
      select * from unnest(${columnsOf(demands)}, ${demands.map((demand) => demand.count)}::integer[])
        as demand (user_id, device_id, algorithm, count)
    ), chosen as (
      select key.* from demand cross join lateral (
        select user_id, device_id, algorithm, key_id from one_time_key
        where (user_id, device_id, algorithm) = (demand.user_id, demand.device_id, demand.algorithm)
        order by ordinal limit demand.count for update skip locked) as key
    ), taken as (
      delete from one_time_key using chosen
      where one_time_key.user_id = chosen.user_id and one_time_key.device_id = chosen.device_id
        and one_time_key.algorithm = chosen.algorithm and one_time_key.key_id = chosen.key_id
      returning one_time_key.*
    )
    select user_id, device_id, algorithm, key_id, json from taken order by ordinal`;

export const useFallbackKeys = (claims: readonly KeyClaim[]): Statement => sql`
    update fallback_key as stored set is_used = true
    from unnest(${columnsOf(claims)}) as claim (user_id, device_id, algorithm)
    where stored.user_id = claim.user_id and stored.device_id = claim.device_id and stored.algorithm = claim.algorithm
    returning stored.user_id, stored.device_id, stored.algorithm, stored.key_id, stored.json`;

export async function removeDevices(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
  await tx.execute(sql`delete from device_key where user_id = ${userId} and device_id = any(${deviceIds})`);
  await tx.execute(sql`delete from one_time_key where user_id = ${userId} and device_id = any(${deviceIds})`);
  await tx.execute(sql`delete from fallback_key where user_id = ${userId} and device_id = any(${deviceIds})`);
}
