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

// Tables are probed once for each row that is asked for: a join would let the planner read them whole.

/** One device of a user. */
export interface DeviceRef {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
}

const refColumns = (devices: readonly DeviceRef[]) =>
  fragment`${devices.map(({ userId }) => userId)}::text[], ${devices.map(({ deviceId }) => deviceId)}::text[]`;

/**
 * Until the end of the transaction, nobody else changes the keys of these devices. Needed where there is no row yet to
 * lock; always in the same order, so that no two transactions wait for each other.
 */
export async function lockDevices(tx: WriteTx, devices: readonly DeviceRef[]): Promise<void> {
  await tx.query(sql`
    select pg_advisory_xact_lock(key) from (
      select distinct hashtextextended('device keys ' || user_id || ' ' || device_id, 0) as key
      from unnest(${refColumns(devices)}) as device (user_id, device_id) order by key) as locks`);
}

/** Published keys of a device, as JSON text. */
export interface DeviceKeyText extends DeviceRef {
  readonly json: string;
}

export async function findDeviceKeys(tx: ReadTx, devices: readonly DeviceRef[]): Promise<readonly DeviceKeyText[]> {
  return tx.query(sql`
    select device.user_id as "userId", device.device_id as "deviceId", stored.json
    from unnest(${refColumns(devices)}) as device (user_id, device_id)
    cross join lateral (
      select json from device_key key where key.user_id = device.user_id and key.device_id = device.device_id limit 1
    ) stored`);
}

export async function upsertDeviceKeys(tx: WriteTx, keys: readonly DeviceKeyText[]): Promise<void> {
  await tx.execute(sql`
    insert into device_key (user_id, device_id, json)
    select * from unnest(${refColumns(keys)}, ${keys.map(({ json }) => json)}::text[])
    on conflict (user_id, device_id) do update set json = excluded.json`);
}

export async function listDeviceKeys(
  tx: ReadTx,
  userIds: readonly UserId[],
): Promise<readonly { user_id: UserId; device_id: DeviceId; json: string }[]> {
  return tx.query(sql`select user_id, device_id, json from device_key where user_id = any(${userIds})`);
}

/** A one-time or fallback key of a device. */
export interface DeviceKey extends DeviceRef, NewKey {}

const nameColumns = (keys: readonly DeviceKey[]) =>
  fragment`${refColumns(keys)}, ${keys.map((key) => key.algorithm)}::text[], ${keys.map((key) => key.keyId)}::text[]`;

const keyColumns = (keys: readonly DeviceKey[]) =>
  fragment`${nameColumns(keys)}, ${keys.map((key) => key.json)}::text[]`;

/**
 * Of the keys that are to be added, those whose id the device uses already. The order makes the planner find each by the
 * primary key: without statistics it takes the index by age, and looks at all keys of the device for each of them.
 */
export async function listOneTimeKeys(tx: ReadTx, keys: readonly DeviceKey[]): Promise<readonly StoredKey[]> {
  return tx.query(sql`
    select user_id, device_id, algorithm, incoming.key_id, stored.json
    from unnest(${nameColumns(keys)}) as incoming (user_id, device_id, algorithm, key_id)
    cross join lateral (
      select key.key_id, key.json from one_time_key key
      where (key.user_id, key.device_id, key.algorithm) = (incoming.user_id, incoming.device_id, incoming.algorithm)
        and key.key_id >= incoming.key_id
      order by key.key_id limit 1
    ) stored
    where stored.key_id = incoming.key_id`);
}

export async function insertOneTimeKeys(tx: WriteTx, keys: readonly DeviceKey[]): Promise<void> {
  await tx.execute(sql`
    insert into one_time_key (user_id, device_id, algorithm, key_id, json) select * from unnest(${keyColumns(keys)})
    on conflict do nothing`);
}

/** A new fallback key is unused; uploading the present one again does not make it unused. */
export async function upsertFallbackKeys(tx: WriteTx, keys: readonly DeviceKey[]): Promise<void> {
  await tx.execute(sql`
    insert into fallback_key as stored (user_id, device_id, algorithm, key_id, json) select * from unnest(${keyColumns(keys)})
    on conflict (user_id, device_id, algorithm) do update
      set key_id = excluded.key_id, json = excluded.json, is_used = false
      where stored.key_id <> excluded.key_id or stored.json <> excluded.json`);
}

/** How many keys of an algorithm a device has. */
export interface KeyCount extends DeviceRef {
  readonly algorithm: string;
  readonly count: number;
}

export async function countOneTimeKeys(tx: ReadTx, devices: readonly DeviceRef[]): Promise<readonly KeyCount[]> {
  return tx.query(sql`
    select device.user_id as "userId", device.device_id as "deviceId", stored.algorithm, stored.count
    from unnest(${refColumns(devices)}) as device (user_id, device_id)
    cross join lateral (
      select algorithm, count(*) as count from one_time_key key
      where key.user_id = device.user_id and key.device_id = device.device_id group by algorithm
    ) stored`);
}

export async function listUnusedFallbackAlgorithms(
  tx: ReadTx,
  userId: UserId,
  deviceId: DeviceId,
): Promise<readonly { algorithm: string }[]> {
  return tx.query(sql`
    select algorithm from fallback_key where user_id = ${userId} and device_id = ${deviceId} and not is_used order by algorithm`);
}

export interface KeyClaim extends DeviceRef {
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
