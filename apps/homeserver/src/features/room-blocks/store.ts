import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface RoomBlock {
  readonly roomId: string;
  readonly blockedBy: UserId;
}

export const list = async (tx: ReadTx): Promise<readonly RoomBlock[]> =>
  tx.query(sql`select room_id as "roomId", blocked_by as "blockedBy" from blocked_room`);

/** Who blocked a room first stays on record. */
export async function insert(tx: WriteTx, { roomId, blockedBy }: RoomBlock, nowMs: number): Promise<void> {
  await tx.execute(sql`
    insert into blocked_room (room_id, blocked_by, blocked_at) values (${roomId}, ${blockedBy}, ${nowMs})
    on conflict do nothing`);
}

export async function remove(tx: WriteTx, roomId: string): Promise<void> {
  await tx.execute(sql`delete from blocked_room where room_id = ${roomId}`);
}
