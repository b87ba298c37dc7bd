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

/** A device, and the algorithm of a key that it has or is asked for. */
export interface KeyClaim extends DeviceRef {
  readonly algorithm: string;
}

const claimColumns = (claims: readonly KeyClaim[]) =>
  fragment`${refColumns(claims)}, ${claims.map(({ algorithm }) => algorithm)}::text[]`;

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

/** Keys of a device, oldest first. */
export interface KeyBatch extends KeyClaim {
  readonly keys: readonly NewKey[];
}

// Batches travel as one text for all ids and one for all keys; neither an id nor canonical JSON holds a line feed.
const SEPARATOR = '\n';

/** Adds keys that the devices do not have, behind those that they have. */
export async function insertOneTimeKeys(tx: WriteTx, batches: readonly KeyBatch[]): Promise<void> {
  await tx.execute(sql`
    insert into one_time_key_batch (user_id, device_id, algorithm, key_ids, keys)
    select user_id, device_id, algorithm, string_to_array(key_ids, ${SEPARATOR}), string_to_array(keys, ${SEPARATOR})
    from unnest(${claimColumns(batches)}, ${batches.map(({ keys }) => keys.map((key) => key.keyId).join(SEPARATOR))}::text[],
                ${batches.map(({ keys }) => keys.map((key) => key.json).join(SEPARATOR))}::text[])
      with ordinality as batch (user_id, device_id, algorithm, key_ids, keys, place)
    order by place`);
}

/** The ids of all keys of one algorithm that a device has left. */
export interface UnclaimedIds extends KeyClaim {
  readonly keyIds: readonly string[];
}

export async function listOneTimeKeyIds(tx: ReadTx, devices: readonly DeviceRef[]): Promise<readonly UnclaimedIds[]> {
  const rows = await tx.query<KeyClaim & { readonly ids: string }>(sql`
    select device.user_id as "userId", device.device_id as "deviceId", stored.algorithm, stored.ids
    from unnest(${refColumns(devices)}) as device (user_id, device_id)
    cross join lateral (
      select algorithm, string_agg(array_to_string(key_ids[handed_out + 1 :], ${SEPARATOR}), ${SEPARATOR}) as ids
      from one_time_key_batch batch
      where batch.user_id = device.user_id and batch.device_id = device.device_id group by algorithm
    ) stored`);
  return rows.map(({ ids, ...claim }) => ({ ...claim, keyIds: ids.split(SEPARATOR) }));
}

/** All keys that these devices have left. */
export async function listOneTimeKeys(tx: ReadTx, devices: readonly DeviceRef[]): Promise<readonly StoredKey[]> {
  return tx.query(sql`
    select device.user_id, device.device_id, stored.algorithm, stored.key_id, stored.json
    from unnest(${refColumns(devices)}) as device (user_id, device_id)
    cross join lateral (
      select algorithm, key_id, json from one_time_key_batch batch
      cross join lateral unnest(key_ids[handed_out + 1 :], keys[handed_out + 1 :]) as key (key_id, json)
      where batch.user_id = device.user_id and batch.device_id = device.device_id
    ) stored`);
}

/** A fallback key of a device. */
export interface DeviceKey extends KeyClaim, NewKey {}

/** A new fallback key is unused; uploading the present one again does not make it unused. */
export async function upsertFallbackKeys(tx: WriteTx, keys: readonly DeviceKey[]): Promise<void> {
  await tx.execute(sql`
    insert into fallback_key as stored (user_id, device_id, algorithm, key_id, json)
    select * from unnest(${claimColumns(keys)}, ${keys.map((key) => key.keyId)}::text[], ${keys.map((key) => key.json)}::text[])
    on conflict (user_id, device_id, algorithm) do update
      set key_id = excluded.key_id, json = excluded.json, is_used = false
      where stored.key_id <> excluded.key_id or stored.json <> excluded.json`);
}

/** How many keys of an algorithm a device has. */
export interface KeyCount extends KeyClaim {
  readonly count: number;
}

export async function countOneTimeKeys(tx: ReadTx, devices: readonly DeviceRef[]): Promise<readonly KeyCount[]> {
  return tx.query(sql`
    select device.user_id as "userId", device.device_id as "deviceId", stored.algorithm, stored.count
    from unnest(${refColumns(devices)}) as device (user_id, device_id)
    cross join lateral (
      select algorithm, sum(cardinality(key_ids) - handed_out) as count from one_time_key_batch batch
      where batch.user_id = device.user_id and batch.device_id = device.device_id group by algorithm
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

/** How many keys of a device are asked for. */
export interface KeyDemand extends KeyClaim {
  readonly count: number;
}

/**
 * Takes the oldest keys of each device, in the order of their upload: as many as are wanted, but of one batch only. Who
 * got some and wants more asks again. Batches that somebody else holds are passed over: who deletes them, or a claim whose
 * connection was lost. Such a one may also end just now and have moved the batch: only what was changed is handed out.
 */
export const takeOneTimeKeys = (demands: readonly KeyDemand[]): Statement => sql`
    with demand as (
      select * from unnest(${claimColumns(demands)}, ${demands.map((demand) => demand.count)}::integer[])
        as demand (user_id, device_id, algorithm, count)
    ), oldest as (
      select batch.*, least(unclaimed, demand.count) as taken
      from demand cross join lateral (
        select *, ctid as place, cardinality(key_ids) - handed_out as unclaimed from one_time_key_batch
        where (user_id, device_id, algorithm) = (demand.user_id, demand.device_id, demand.algorithm)
        order by ordinal limit 1 for update skip locked) as batch
    ), used_up as (
      delete from one_time_key_batch as batch using oldest where batch.ctid = place and taken = unclaimed
      returning oldest.*
    ), begun as (
      update one_time_key_batch as batch set handed_out = batch.handed_out + taken from oldest
      where batch.ctid = place and taken < unclaimed
      returning oldest.*
    )
    select user_id, device_id, algorithm, unnest(key_ids[handed_out + 1 : handed_out + taken]) as key_id,
           unnest(keys[handed_out + 1 : handed_out + taken]) as json
    from (select * from used_up union all select * from begun) as changed`;

export const useFallbackKeys = (claims: readonly KeyClaim[]): Statement => sql`
    update fallback_key as stored set is_used = true
    from unnest(${claimColumns(claims)}) as claim (user_id, device_id, algorithm)
    where stored.user_id = claim.user_id and stored.device_id = claim.device_id and stored.algorithm = claim.algorithm
    returning stored.user_id, stored.device_id, stored.algorithm, stored.key_id, stored.json`;

export async function removeDevices(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
  await tx.execute(sql`delete from device_key where user_id = ${userId} and device_id = any(${deviceIds})`);
  await tx.execute(sql`delete from one_time_key_batch where user_id = ${userId} and device_id = any(${deviceIds})`);
  await tx.execute(sql`delete from fallback_key where user_id = ${userId} and device_id = any(${deviceIds})`);
}
