import type { RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { floorOf, keepFloor } from '../../database/stream-floor.ts';

/** `''` for data that belongs to no room. */
export type Scope = RoomId | '';

export interface AccountDataRow {
  readonly room_id: Scope;
  readonly type: string;
  readonly content: string;
}

export async function findLastPosition(tx: ReadTx): Promise<number> {
  return (
    (
      await tx.find<{ last: number | null }>(
        sql`select greatest(max(position), ${floorOf('account-data')}) as last from account_data`,
      )
    )?.last ?? 0
  );
}

export async function find(tx: ReadTx, userId: UserId, scope: Scope, type: string): Promise<string | undefined> {
  const row = await tx.find<{ content: string }>(sql`
    select content from account_data
    where user_id = ${userId} and room_id = ${scope} and type = ${type} and not is_removed`);
  return row?.content;
}

export async function listOfTypes(
  tx: ReadTx,
  userId: UserId,
  types: readonly string[],
): Promise<readonly AccountDataRow[]> {
  return tx.query(sql`
    select room_id, type, content from account_data
    where user_id = ${userId} and type = any(${types}::text[]) and not is_removed`);
}

export async function listOfUsers(
  tx: ReadTx,
  userIds: readonly UserId[],
  type: string,
): Promise<readonly { readonly user_id: UserId; readonly content: string }[]> {
  return tx.query(sql`
    select user_id, content from account_data
    where user_id = any(${userIds}::text[]) and room_id = '' and type = ${type} and not is_removed`);
}

export async function listOfScope(tx: ReadTx, userId: UserId, scope: Scope): Promise<readonly AccountDataRow[]> {
  return tx.query(sql`
    select room_id, type, content from account_data
    where user_id = ${userId} and room_id = ${scope} and not is_removed order by position`);
}

export async function count(tx: ReadTx, userId: UserId): Promise<number> {
  const row = await tx.find<{ count: number }>(
    sql`select count(*) as count from account_data where user_id = ${userId}`,
  );
  return row?.count ?? 0;
}

/** True when the entry is new. */
export async function upsert(
  tx: WriteTx,
  userId: UserId,
  { room_id: scope, type, content }: AccountDataRow,
  position: number,
  isRemoved: boolean,
): Promise<boolean> {
  const row = await tx.find<{ is_new: boolean }>(sql`
    insert into account_data (user_id, room_id, type, content, is_removed, position)
    values (${userId}, ${scope}, ${type}, ${content}, ${isRemoved}, ${position})
    on conflict (user_id, room_id, type) do update
      set content = excluded.content, is_removed = excluded.is_removed, position = excluded.position
    returning xmax = 0 as is_new`);
  return row?.is_new ?? false;
}

/** What is there now; removed entries are left out. */
export async function listAll(tx: ReadTx, userId: UserId, upTo: number): Promise<AccountDataRow[]> {
  return tx.query(sql`
    select room_id, type, content from account_data
    where user_id = ${userId} and position <= ${upTo} and not is_removed order by position`);
}

/** What changed; removed entries are empty. */
export async function listChanged(tx: ReadTx, userId: UserId, after: number, upTo: number): Promise<AccountDataRow[]> {
  return tx.query(sql`
    select room_id, type, content from account_data
    where user_id = ${userId} and position > ${after} and position <= ${upTo} order by position`);
}

export async function removeAll(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(
    sql`with gone as (delete from account_data where user_id = ${userId} returning position) ${keepFloor('account-data')}`,
  );
}

/** What anybody attached to a room. */
export async function removeOfRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
  await tx.execute(
    sql`with gone as (delete from account_data where room_id = ${roomId} returning position) ${keepFloor('account-data')}`,
  );
}
