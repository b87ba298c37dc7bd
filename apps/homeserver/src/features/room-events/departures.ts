import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import type { MembershipRecord } from './store.ts';

/** How somebody left a room that was deleted afterwards, which is all that is kept of it. */
export interface Departure extends Omit<MembershipRecord, 'roomNid' | 'isForgotten'> {
  readonly userId: UserId;
  /** Milliseconds. */
  readonly sentAt: number;
}

/** Notes how the people of this server left a room. To be called before its memberships and its events are deleted. */
export async function insertDepartures(tx: WriteTx, roomNid: number): Promise<void> {
  await tx.execute(sql`
    insert into departure (user_id, room_id, pos, membership, event_id, sender, sent_at)
    select m.user_id, r.id, m.event_pos, case m.membership when 'ban' then 'ban' else 'leave' end, m.event_id, m.sender,
      e.origin_server_ts
    from membership m join account a on a.user_id = m.user_id and a.deactivated_at is null
      join room r on r.nid = m.room_nid join event e on e.pos = m.event_pos
    where m.room_nid = ${roomNid}
    on conflict (user_id, room_id) do update set pos = excluded.pos, membership = excluded.membership,
      event_id = excluded.event_id, sender = excluded.sender, sent_at = excluded.sent_at`);
}

/** How somebody left the rooms in `(after, upTo]` that were deleted since. */
export const listDepartures = async (
  tx: ReadTx,
  userId: UserId,
  after: number,
  upTo: number,
): Promise<readonly Departure[]> =>
  tx.query(sql`
    select user_id as "userId", room_id as "roomId", pos, membership, event_id as "eventId", sender, sent_at as "sentAt"
    from departure where user_id = ${userId} and pos > ${after} and pos <= ${upTo} order by pos`);

export async function pruneDepartures(tx: WriteTx, beforeMs: number): Promise<void> {
  await tx.execute(sql`delete from departure where sent_at < ${beforeMs}`);
}

/** The member event as clients get it. */
export const departureJson = ({ userId, eventId, sender, sentAt, membership }: Departure): string =>
  JSON.stringify({
    type: 'm.room.member',
    event_id: eventId,
    sender,
    state_key: userId,
    origin_server_ts: sentAt,
    content: { membership },
  });
