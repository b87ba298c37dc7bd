import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export interface DeviceGrantRow {
  readonly device_code_hash: Buffer;
  readonly client_id: string;
  readonly scope: string;
  readonly device_id: DeviceId;
  readonly requested_at: number;
  readonly requested_ip: string;
  readonly expires_at: number;
  readonly last_polled_at: number | null;
  readonly decided_at: number | null;
  /** Who allowed it. */
  readonly user_id: UserId | null;
}

type NewDeviceGrant = Pick<
  DeviceGrantRow,
  'device_code_hash' | 'client_id' | 'scope' | 'device_id' | 'requested_at' | 'requested_ip' | 'expires_at'
> & { readonly user_code_hash: Uint8Array };

const columns = fragment`device_code_hash, client_id, scope, device_id, requested_at, requested_ip, expires_at,
  last_polled_at, decided_at, user_id`;

/** False when the user code is taken or `maxCount` devices wait already. Removes what has expired on the way. */
export async function insert(tx: WriteTx, grant: NewDeviceGrant, maxCount: number): Promise<boolean> {
  await tx.execute(sql`delete from oauth_device_grant where expires_at <= ${grant.requested_at}`);
  const inserted = await tx.execute(sql`
    insert into oauth_device_grant
      (device_code_hash, user_code_hash, client_id, scope, device_id, requested_at, requested_ip, expires_at)
    select ${grant.device_code_hash}::bytea, ${grant.user_code_hash}::bytea, ${grant.client_id}, ${grant.scope},
      ${grant.device_id}, ${grant.requested_at}::bigint, ${grant.requested_ip}, ${grant.expires_at}::bigint
    where (select count(*) from oauth_device_grant) < ${maxCount}
    on conflict do nothing`);
  return inserted === 1;
}

export async function findByUserCode(tx: ReadTx, userCodeHash: Uint8Array): Promise<DeviceGrantRow | undefined> {
  return tx.find(sql`select ${columns} from oauth_device_grant where user_code_hash = ${userCodeHash}`);
}

/** Undefined `userId` denies. False when somebody decided already. */
export async function decide(
  tx: WriteTx,
  deviceCodeHash: Uint8Array,
  userId: UserId | undefined,
  nowMs: number,
): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update oauth_device_grant set decided_at = ${nowMs}, user_id = ${userId ?? null}
      where device_code_hash = ${deviceCodeHash} and decided_at is null and expires_at > ${nowMs}`)) === 1
  );
}

/** Notes that the device asked; what is returned is from before. */
export async function poll(
  tx: WriteTx,
  deviceCodeHash: Uint8Array,
  nowMs: number,
): Promise<DeviceGrantRow | undefined> {
  const row = await tx.find<DeviceGrantRow>(sql`
    select ${columns} from oauth_device_grant where device_code_hash = ${deviceCodeHash} for update`);
  if (row !== undefined)
    await tx.execute(sql`
      update oauth_device_grant set last_polled_at = ${nowMs} where device_code_hash = ${deviceCodeHash}`);
  return row;
}

/** False when it is gone: it opens one session. */
export async function remove(tx: WriteTx, deviceCodeHash: Uint8Array): Promise<boolean> {
  return (await tx.execute(sql`delete from oauth_device_grant where device_code_hash = ${deviceCodeHash}`)) === 1;
}
