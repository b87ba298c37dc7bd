import type { UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** How many invitations somebody sent since a moment. Reads the members of all their rooms: nothing for the hot path. */
export async function countSentInvites(tx: ReadTx, userId: UserId, sinceMs: number): Promise<number> {
  const row = await tx.find<{ count: number }>(sql`
    select count(distinct e.pos) as count from membership m
    join state_interval i on i.room_nid = m.room_nid and i.type = 'm.room.member' and i.value = 'invite'
    join event e on e.pos = i.event_pos
    where m.user_id = ${userId} and e.sender = ${userId} and e.origin_server_ts >= ${sinceMs}`);
  return row?.count ?? 0;
}

/** How many rooms somebody came into since a moment. Another name of a member is no coming. */
export async function countRoomsJoined(tx: ReadTx, userId: UserId, sinceMs: number): Promise<number> {
  const row = await tx.find<{ count: number }>(sql`
    select count(distinct i.room_nid) as count from membership m
    join state_interval i on i.room_nid = m.room_nid and i.type = 'm.room.member' and i.state_key = m.user_id and i.value = 'join'
    join event e on e.pos = i.event_pos
    where m.user_id = ${userId} and e.origin_server_ts >= ${sinceMs}
      and not exists (
        select from state_interval before
        where before.room_nid = i.room_nid and before.type = i.type and before.state_key = i.state_key
          and before.branch = i.branch and before.to_pos = i.from_pos and before.value = 'join')`);
  return row?.count ?? 0;
}
