import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface ListChange {
  readonly position: number;
  readonly userId: UserId;
  /** The only one who hears of it; undefined: everybody who shares a room with the user. */
  readonly audience: UserId | undefined;
}

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(sql`select max(position) as last from device_list_change`);
  return row?.last ?? 0;
}

/**
 * Stores a change and drops the earlier ones of its kind, which say nothing more: whoever has not heard of them has not
 * heard of this one either. So the table is as long as there are users, and not as their history.
 */
export async function insertChange(tx: WriteTx, { position, userId, audience }: ListChange): Promise<void> {
  await tx.execute(sql`
    with superseded as (
      delete from device_list_change
      where user_id = ${userId} and audience is not distinct from ${audience ?? null}::text and position < ${position}
    )
    insert into device_list_change (position, user_id, audience) values (${position}, ${userId}, ${audience ?? null})`);
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
