import type { DeviceId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql, type Statement } from '../../database/sql.ts';

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

/** The messages of one request, which is sent once for each session and transaction id. */
export interface OutgoingRequest {
  readonly sessionKey: string;
  readonly txnId: string;
  readonly messages: readonly OutgoingMessage[];
}

/**
 * Stores the messages of requests that were not sent before; they take consecutive positions from `firstPosition` in
 * their order, and leave gaps for those of the others. No two requests have the same session and transaction id.
 */
export function insertRequests(requests: readonly OutgoingRequest[], firstPosition: number, nowMs: number): Statement {
  const messages = requests.flatMap((request) => request.messages);
  const places = requests.flatMap((request, index) => request.messages.map(() => index + 1));
  return sql`
    with request as (
      select * from unnest(${requests.map((request) => request.sessionKey)}::text[], ${requests.map((request) => request.txnId)}::text[])
        with ordinality as request (session_key, txn_id, ordinal)
    ), sent as (
      insert into to_device_transaction (session_key, txn_id, sent_at) select session_key, txn_id, ${nowMs} from request
      on conflict do nothing returning session_key, txn_id
    )
    insert into to_device_message (user_id, device_id, position, json)
    select message.user_id, message.device_id, ${firstPosition}::bigint + message.ordinal - 1, message.json
    from unnest(${messages.map((message) => message.userId)}::text[], ${messages.map((message) => message.deviceId)}::text[],
                ${messages.map((message) => message.json)}::text[], ${places}::integer[])
      with ordinality as message (user_id, device_id, json, request, ordinal)
    join request on request.ordinal = message.request
    join sent using (session_key, txn_id)`;
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
