import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface DehydratedDeviceRow {
  readonly device_id: DeviceId;
  readonly device_data: string;
}

export async function find(tx: ReadTx, userId: UserId): Promise<DehydratedDeviceRow | undefined> {
  return tx.find(sql`select device_id, device_data from dehydrated_device where user_id = ${userId}`);
}

export async function upsert(tx: WriteTx, userId: UserId, row: DehydratedDeviceRow): Promise<void> {
  await tx.execute(sql`
    insert into dehydrated_device (user_id, device_id, device_data) values (${userId}, ${row.device_id}, ${row.device_data})
    on conflict (user_id) do update set device_id = excluded.device_id, device_data = excluded.device_data`);
}

export async function remove(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
  await tx.execute(sql`delete from dehydrated_device where user_id = ${userId} and device_id = any(${deviceIds})`);
}
