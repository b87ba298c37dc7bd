import type { RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export async function findRoom(tx: ReadTx, userId: UserId): Promise<RoomId | undefined> {
  const row = await tx.find<{ room_id: RoomId }>(sql`select room_id from server_notice_room where user_id = ${userId}`);
  return row?.room_id;
}

export async function insertRoom(tx: WriteTx, userId: UserId, roomId: RoomId): Promise<void> {
  await tx.execute(sql`insert into server_notice_room (user_id, room_id) values (${userId}, ${roomId})`);
}

export async function removeRoom(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from server_notice_room where user_id = ${userId}`);
}

/** Whoever was told things in this room is told them in another one. */
export async function removeOfRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
  await tx.execute(sql`delete from server_notice_room where room_id = ${roomId}`);
}
