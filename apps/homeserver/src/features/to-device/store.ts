import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** A message for one device, as the client will receive it: JSON text of `{ content, sender, type }`. */
export interface OutgoingMessage {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly json: string;
}

/** The position before the first of this run: beyond every position of any run before. Durable when this resolves. */
export async function takeStartPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ start: number }>(sql`select nextval('to_device_epoch') * 4294967296 as start`);
  if (row === undefined) throw new Error('a sequence always has a next value');
  return row.start;
}

/** False when this session sent this transaction before. */
export async function insertTransaction(
  tx: WriteTx,
  sessionKey: string,
  txnId: string,
  nowMs: number,
): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into to_device_transaction (session_key, txn_id, sent_at) values (${sessionKey}, ${txnId}, ${nowMs})
    on conflict do nothing`);
  return inserted === 1;
}

/** Messages take consecutive positions from `firstPosition` in their order. */
export async function insertMessages(
  tx: WriteTx,
  messages: readonly OutgoingMessage[],
  firstPosition: number,
): Promise<void> {
  await tx.execute(sql`
    insert into to_device_message (user_id, device_id, position, json)
    select user_id, device_id, ${firstPosition}::bigint + ordinal - 1, json
    from unnest(${messages.map((message) => message.userId)}::text[], ${messages.map((message) => message.deviceId)}::text[],
                ${messages.map((message) => message.json)}::text[]) with ordinality as message (user_id, device_id, json, ordinal)`);
}

export async function listMessages(
  tx: ReadTx,
  userId: UserId,
  deviceId: DeviceId,
  after: number,
  upTo: number,
  limit: number,
): Promise<readonly { readonly position: number; readonly json: string }[]> {
  return tx.query(sql`
    select position, json from to_device_message
    where user_id = ${userId} and device_id = ${deviceId} and position > ${after} and position <= ${upTo}
    order by position limit ${limit}`);
}

export interface StoredMessage {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly json: string;
}

/** Takes the oldest messages of these users out of the table. */
export async function takeOfUsers(
  tx: WriteTx,
  userIds: readonly UserId[],
  limit: number,
): Promise<readonly StoredMessage[]> {
  const rows = await tx.query<StoredMessage & { readonly position: number }>(sql`
    with oldest as (
      select user_id, device_id, position from to_device_message
      where user_id = any(${userIds}) order by position limit ${limit})
    delete from to_device_message as message using oldest
    where message.user_id = oldest.user_id and message.device_id = oldest.device_id and message.position = oldest.position
    returning message.user_id as "userId", message.device_id as "deviceId", message.position, message.json`);
  return rows.toSorted((left, right) => left.position - right.position);
}

export async function listRecipients(tx: ReadTx): Promise<readonly UserId[]> {
  const rows = await tx.query<{ user_id: UserId }>(sql`select distinct user_id from to_device_message`);
  return rows.map((row) => row.user_id);
}

export async function removeMessages(tx: WriteTx, userId: UserId, deviceId: DeviceId, upTo: number): Promise<void> {
  await tx.execute(sql`
    delete from to_device_message where user_id = ${userId} and device_id = ${deviceId} and position <= ${upTo}`);
}

export async function removeAllOfDevices(tx: WriteTx, userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
  await tx.execute(sql`delete from to_device_message where user_id = ${userId} and device_id = any(${deviceIds})`);
}

export async function removeTransactionsBefore(tx: WriteTx, sentBeforeMs: number): Promise<number> {
  return tx.execute(sql`delete from to_device_transaction where sent_at < ${sentBeforeMs}`);
}
