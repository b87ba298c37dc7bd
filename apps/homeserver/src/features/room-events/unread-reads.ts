import type { UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { eventColumns, toStoredEvents, type EventRow } from './event-rows.ts';
import type { StoredEvent } from './stored-event.ts';

/**
 * Of many rooms at once, the events that are looked at one by one when unread counts are made: those after each place, the
 * newest `limit` of a room, oldest first.
 */
export async function listSpecialsOfRooms(
  tx: ReadTx,
  places: readonly { readonly roomNid: number; readonly pos: number }[],
  upTo: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from unnest(${places.map((place) => place.roomNid)}::bigint[], ${places.map((place) => place.pos)}::bigint[]) as place (nid, pos)
    join room r on r.nid = place.nid
    cross join lateral (
      select * from event where event.room_nid = place.nid and event.pos > place.pos and event.pos <= ${upTo} and event.unread_flags >= 2
      order by event.pos desc limit ${limit}) e
    order by e.pos`);
  return toStoredEvents(tx, rows);
}

/** Events of all rooms after a position, oldest first. */
export async function listAllSince(tx: ReadTx, after: number, limit: number): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from event e join room r on r.nid = e.room_nid where e.pos > ${after} order by e.pos limit ${limit}`);
  return toStoredEvents(tx, rows);
}

export interface NotifyingQuery {
  readonly userId: UserId;
  /** Rooms of which the user is told everything. */
  readonly joined: readonly number[];
  /** Rooms of which the user is told that they were invited. */
  readonly invited: readonly number[];
  readonly before: number;
  readonly limit: number;
}

/**
 * Events that may notify a user, newest first, before a position: those of joined rooms that are not for everybody's
 * silence, and the user's invitations into any of the rooms, which are for nobody else.
 */
export async function listNotifying(
  tx: ReadTx,
  { userId, joined, invited, before, limit }: NotifyingQuery,
): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from (
      (select pos from event where room_nid = any(${joined}::bigint[]) and pos < ${before} and unread_flags > 0 order by pos desc limit ${limit})
      union
      (select event_pos from state_interval
        where room_nid = any(${[...joined, ...invited]}::bigint[]) and type = 'm.room.member' and state_key = ${userId} and value = 'invite' and event_pos < ${before}
        order by event_pos desc limit ${limit})
    ) found join event e on e.pos = found.pos join room r on r.nid = e.room_nid
    order by e.pos desc limit ${limit}`);
  return toStoredEvents(tx, rows);
}
