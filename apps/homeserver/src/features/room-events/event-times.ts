import type { EventId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** When an event of a room was sent, and what decides about who sees it. */
export interface EventTime {
  readonly pos: number;
  readonly originServerTs: number;
  readonly eventId: EventId;
  readonly type: string;
  readonly stateKey: string | undefined;
}

/** Events of a room by time and, of equal times, by position: those beyond a place in that order, the nearest first. */
export async function listEventTimes(
  tx: ReadTx,
  query: {
    readonly roomNid: number;
    readonly beyond: { readonly originServerTs: number; readonly pos: number };
    readonly direction: 'forward' | 'backward';
    readonly limit: number;
  },
): Promise<readonly EventTime[]> {
  const { roomNid, beyond, limit } = query;
  const rows =
    query.direction === 'forward'
      ? await tx.query<Omit<EventTime, 'stateKey'> & { stateKey: string | null }>(sql`
          select pos, origin_server_ts as "originServerTs", event_id as "eventId", type, state_key as "stateKey" from event
          where room_nid = ${roomNid} and (origin_server_ts, pos) > (${beyond.originServerTs}, ${beyond.pos}) order by origin_server_ts, pos limit ${limit}`)
      : await tx.query<Omit<EventTime, 'stateKey'> & { stateKey: string | null }>(sql`
          select pos, origin_server_ts as "originServerTs", event_id as "eventId", type, state_key as "stateKey" from event
          where room_nid = ${roomNid} and (origin_server_ts, pos) < (${beyond.originServerTs}, ${beyond.pos}) order by origin_server_ts desc, pos desc limit ${limit}`);
  return rows.map((row) => ({ ...row, stateKey: row.stateKey ?? undefined }));
}
