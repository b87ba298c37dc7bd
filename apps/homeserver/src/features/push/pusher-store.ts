import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';
import type { PusherKind } from './pusher-request.ts';

/** Where notifications of one app on one device go. */
export interface NewPusher {
  readonly userId: UserId;
  readonly appId: string;
  readonly pushkey: string;
  readonly kind: PusherKind;
  readonly deviceId: DeviceId | undefined;
  readonly isEnabled: boolean;
  readonly json: string;
  /** Of events up to this position it is not notified. */
  readonly sincePos: number;
}

export interface PusherRow {
  readonly id: number;
  readonly user_id: UserId;
  readonly kind: PusherKind;
  readonly device_id: DeviceId | null;
  readonly is_enabled: boolean;
  readonly is_activated: boolean;
  readonly json: string;
  readonly created_at: number;
  /** Of events up to this position it is not notified. */
  readonly since_pos: number;
}

const columns = fragment`id, user_id, kind, device_id, is_enabled, is_activated, json, created_at, since_pos`;

export async function listPushers(tx: ReadTx, userId: UserId): Promise<readonly PusherRow[]> {
  return tx.query(sql`
    select ${columns} from pusher
    where user_id = ${userId} order by created_at, app_id, pushkey`);
}

export async function listPushersById(tx: ReadTx, ids: readonly number[]): Promise<readonly PusherRow[]> {
  return tx.query(sql`
    select ${columns} from pusher
    where id = any(${ids}::bigint[])`);
}

/** Those that are switched on, of all users with an id above `after`, in the order of ids. */
export async function listActivePushers(tx: ReadTx, after: number, limit: number): Promise<readonly PusherRow[]> {
  return tx.query(sql`
    select ${columns} from pusher
    where id > ${after} and is_enabled and is_activated order by id limit ${limit}`);
}

export async function listActivePushersOf(tx: ReadTx, userIds: readonly UserId[]): Promise<readonly PusherRow[]> {
  return tx.query(sql`
    select ${columns} from pusher
    where user_id = any(${userIds}::text[]) and is_enabled and is_activated order by id`);
}

export async function findPusher(
  tx: ReadTx,
  userId: UserId,
  appId: string,
  pushkey: string,
): Promise<PusherRow | undefined> {
  return tx.find(sql`
    select ${columns} from pusher
    where user_id = ${userId} and app_id = ${appId} and pushkey = ${pushkey}`);
}

/** Serialises what one user does to their pushers, until the transaction ends. */
export async function lockPushers(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('pusher ' || ${userId}, 0))`);
}

/** One that exists keeps its age and the device that made it: other devices of the user may switch it. */
export async function upsertPusher(tx: WriteTx, pusher: NewPusher, nowMs: number): Promise<void> {
  const { userId, appId, pushkey, kind, deviceId = null, isEnabled, json, sincePos } = pusher;
  await tx.execute(sql`
    insert into pusher as known (user_id, app_id, pushkey, kind, device_id, is_enabled, json, created_at, since_pos)
    values (${userId}, ${appId}, ${pushkey}, ${kind}, ${deviceId}, ${isEnabled}, ${json}, ${nowMs}, ${sincePos})
    on conflict (user_id, app_id, pushkey) do update set kind = excluded.kind, json = excluded.json,
      device_id = coalesce(known.device_id, excluded.device_id), is_enabled = excluded.is_enabled`);
}

/** Nothing is sent until the token, of which this is the hash, comes back. */
export async function awaitActivation(
  tx: WriteTx,
  { userId, appId, pushkey }: NewPusher,
  tokenHash: Uint8Array,
  expiresAtMs: number,
): Promise<void> {
  await tx.execute(sql`
    update pusher set is_activated = false, ack_token_hash = ${tokenHash}, ack_expires_at = ${expiresAtMs}
    where user_id = ${userId} and app_id = ${appId} and pushkey = ${pushkey}`);
}

export interface WaitingPusher {
  readonly id: number;
  readonly ack_token_hash: Uint8Array | null;
  readonly ack_expires_at: number | null;
}

export async function listWebPushers(tx: ReadTx, userId: UserId, appId: string): Promise<readonly WaitingPusher[]> {
  return tx.query(sql`
    select id, ack_token_hash, ack_expires_at from pusher where user_id = ${userId} and app_id = ${appId} and kind = 'webpush'`);
}

export async function activatePusher(tx: WriteTx, id: number): Promise<void> {
  await tx.execute(
    sql`update pusher set is_activated = true, ack_token_hash = null, ack_expires_at = null where id = ${id}`,
  );
}

export async function removePusher(tx: WriteTx, userId: UserId, appId: string, pushkey: string): Promise<void> {
  await tx.execute(sql`delete from pusher where user_id = ${userId} and app_id = ${appId} and pushkey = ${pushkey}`);
}

/** Whose went. */
export async function removePusherOfOthers(
  tx: WriteTx,
  userId: UserId,
  appId: string,
  pushkey: string,
): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`
    delete from pusher where user_id <> ${userId} and app_id = ${appId} and pushkey = ${pushkey} returning user_id`);
  return rows.map((row) => row.user_id);
}

/** Whose went. */
export async function removePushersById(tx: WriteTx, ids: readonly number[]): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(
    sql`delete from pusher where id = any(${ids}::bigint[]) returning user_id`,
  );
  return rows.map((row) => row.user_id);
}

export async function removePushersOf(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from pusher where user_id = ${userId}`);
}

export async function removePushersOfDevices(
  tx: WriteTx,
  userId: UserId,
  deviceIds: readonly DeviceId[],
): Promise<void> {
  await tx.execute(sql`delete from pusher where user_id = ${userId} and device_id = any(${deviceIds}::text[])`);
}
