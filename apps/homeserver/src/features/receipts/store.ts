import type { EventId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { floorOf, keepFloor } from '../../database/stream-floor.ts';

export type ReceiptType = 'm.read' | 'm.read.private';

/** Where a receipt of one type and thread stands. `threadId` is '' for an unthreaded one. */
export interface Receipt {
  readonly roomNid: number;
  readonly userId: UserId;
  readonly type: ReceiptType;
  readonly threadId: string;
  readonly eventId: EventId;
  readonly eventPos: number;
  readonly ts: number;
}

interface ReceiptRow {
  readonly room_nid: number;
  readonly user_id: UserId;
  readonly receipt_type: ReceiptType;
  readonly thread_id: string;
  readonly event_id: EventId;
  readonly event_pos: number;
  readonly ts: number;
}

const fromRow = (row: ReceiptRow): Receipt => ({
  roomNid: row.room_nid,
  userId: row.user_id,
  type: row.receipt_type,
  threadId: row.thread_id,
  eventId: row.event_id,
  eventPos: row.event_pos,
  ts: row.ts,
});

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(
    sql`select greatest(max(position), ${floorOf('receipts')}) as last from receipt`,
  );
  return row?.last ?? 0;
}

/** Moves a receipt forward; false when it stands there or further already. */
export async function upsertReceipt(tx: WriteTx, receipt: Receipt, position: number): Promise<boolean> {
  const moved = await tx.execute(sql`
    insert into receipt as stored (room_nid, user_id, receipt_type, thread_id, event_id, event_pos, ts, position)
    values (${receipt.roomNid}, ${receipt.userId}, ${receipt.type}, ${receipt.threadId}, ${receipt.eventId},
            ${receipt.eventPos}, ${receipt.ts}, ${position})
    on conflict (room_nid, user_id, receipt_type, thread_id) do update
      set event_id = excluded.event_id, event_pos = excluded.event_pos, ts = excluded.ts, position = excluded.position
      where stored.event_pos < excluded.event_pos`);
  return moved === 1;
}

/** What `viewer` may see of the receipts that moved in `(after, upTo]`, in the order in which they moved. */
export async function listReceipts(
  tx: ReadTx,
  roomNids: readonly number[],
  viewer: UserId,
  after: number,
  upTo: number,
): Promise<readonly Receipt[]> {
  const rows = await tx.query<ReceiptRow>(sql`
    select room_nid, user_id, receipt_type, thread_id, event_id, event_pos, ts from receipt
    where room_nid = any(${roomNids}::bigint[]) and position > ${after} and position <= ${upTo}
      and (receipt_type = 'm.read' or user_id = ${viewer})
    order by position`);
  return rows.map(fromRow);
}

/** The viewer's own receipts in rooms, and what others have read of the given events, in the order in which they moved. */
export async function listReceiptsAt(
  tx: ReadTx,
  roomNids: readonly number[],
  viewer: UserId,
  eventIds: readonly string[],
  upTo: number,
): Promise<readonly Receipt[]> {
  const rows = await tx.query<ReceiptRow>(sql`
    select room_nid, user_id, receipt_type, thread_id, event_id, event_pos, ts from receipt
    where room_nid = any(${roomNids}::bigint[]) and position <= ${upTo}
      and (user_id = ${viewer} or (receipt_type = 'm.read' and event_id = any(${eventIds}::text[])))
    order by position`);
  return rows.map(fromRow);
}

export async function listReceiptsOfUser(
  tx: ReadTx,
  userId: UserId,
  roomNids: readonly number[],
): Promise<readonly Receipt[]> {
  const rows = await tx.query<ReceiptRow>(sql`
    select room_nid, user_id, receipt_type, thread_id, event_id, event_pos, ts from receipt
    where user_id = ${userId} and room_nid = any(${roomNids}::bigint[])`);
  return rows.map(fromRow);
}

/** For a room that is no more. */
export async function removeOfRoom(tx: WriteTx, roomNid: number): Promise<void> {
  await tx.execute(
    sql`with gone as (delete from receipt where room_nid = ${roomNid} returning position) ${keepFloor('receipts')}`,
  );
}

/** Receipts are soft data: a crash may lose the last moments of them, so a commit need not wait for the disk. */
export async function relaxDurability(tx: WriteTx): Promise<void> {
  await tx.execute(sql`set local synchronous_commit = off`);
}
