import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface ListChange {
  readonly position: number;
  readonly userId: UserId;
}

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(sql`select max(position) as last from device_list_change`);
  return row?.last ?? 0;
}

/** Position of the newest change of a user's keys that others hear of; 0 when there was none. */
export async function findVersion(tx: ReadTx, userId: UserId): Promise<number> {
  const row = await tx.find<{ last: number | null }>(
    sql`select max(position) as last from device_list_change where user_id = ${userId} and audience is null`,
  );
  return row?.last ?? 0;
}

/**
 * Stores changes and drops the earlier ones of their kind, which say nothing more: whoever has not heard of them has not
 * heard of these either. So the table is as long as there are users, and not as their history. `audience`: the only one who
 * hears of it; undefined: everybody who shares a room with the user.
 */
export async function insertChanges(
  tx: WriteTx,
  changes: readonly ListChange[],
  audience: UserId | undefined,
): Promise<void> {
  await tx.execute(sql`
    with changed as (
      select * from unnest(${changes.map(({ position }) => position)}::bigint[], ${changes.map(({ userId }) => userId)}::text[])
        as changed (position, user_id)
    ), superseded as (
      delete from device_list_change as stored using changed
      where stored.user_id = changed.user_id and stored.audience is not distinct from ${audience ?? null}::text
        and stored.position < changed.position
    )
    insert into device_list_change (position, user_id, audience) select position, user_id, ${audience ?? null}::text from changed`);
}

/** Users whose keys changed after one position and up to another, as far as `viewer` may hear of it. */
export async function listChangedUsers(
  tx: ReadTx,
  viewer: UserId,
  after: number,
  upTo: number,
): Promise<readonly { readonly user_id: UserId; readonly is_personal: boolean }[]> {
  return tx.query(sql`
    select user_id, bool_or(audience is not null) as is_personal from device_list_change
    where position > ${after} and position <= ${upTo} and (audience is null or audience = ${viewer}) group by user_id`);
}
