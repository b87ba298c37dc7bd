import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** What somebody wrote in a room, as far as it was not taken away. */
export interface SentQuery {
  readonly roomId: RoomId;
  readonly sender: UserId;
  /** Not after this position in the events stream. */
  readonly upToPos: number;
  /** Milliseconds, both inclusive. */
  readonly afterMs: number;
  readonly beforeMs: number;
  /** Of the newest messages, those that were taken away included: repeated, it names the same ones or fewer. */
  readonly limit: number;
}

/** The newest first. State is none of it, nor are redactions. Reads the room back from its end: nothing for the hot path. */
export async function listUnredacted(tx: ReadTx, query: SentQuery): Promise<readonly EventId[]> {
  const rows = await tx.query<{ event_id: EventId }>(sql`
    select event_id from (
      select e.event_id, e.pos, e.redacted_by from event e join room r on r.nid = e.room_nid
      where r.id = ${query.roomId} and e.sender = ${query.sender} and e.state_key is null and e.type <> 'm.room.redaction'
        and e.pos <= ${query.upToPos} and e.origin_server_ts between ${query.afterMs} and ${query.beforeMs}
      order by e.pos desc limit ${query.limit}
    ) as newest where redacted_by is null order by pos desc`);
  return rows.map((row) => row.event_id);
}
