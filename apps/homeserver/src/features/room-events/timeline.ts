import type { ReadTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { eventColumns, toStoredEvents, type EventRow } from './event-rows.ts';
import type { StoredEvent } from './stored-event.ts';

/** Which part of a room's timeline. `after` is exclusive, `upTo` inclusive. */
export interface TimelineRange {
  readonly after?: number | undefined;
  readonly upTo?: number | undefined;
  readonly limit: number;
  /** `backward`: newest first. */
  readonly direction: 'forward' | 'backward';
}

const FIRST = 0;
/** Above any position, within what JavaScript counts exactly. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Events of one room in the order asked for, and whether there are more in the range. */
export async function listTimeline(
  tx: ReadTx,
  roomNid: number,
  range: TimelineRange,
): Promise<{ readonly events: StoredEvent[]; readonly isLimited: boolean }> {
  const after = range.after ?? FIRST;
  const upTo = range.upTo ?? LAST;
  const rows =
    range.direction === 'forward'
      ? await tx.query<EventRow>(sql`
          select ${eventColumns} from event e join room r on r.nid = e.room_nid
          where e.room_nid = ${roomNid} and e.pos > ${after} and e.pos <= ${upTo} order by e.pos asc limit ${range.limit + 1}`)
      : await tx.query<EventRow>(sql`
          select ${eventColumns} from event e join room r on r.nid = e.room_nid
          where e.room_nid = ${roomNid} and e.pos > ${after} and e.pos <= ${upTo} order by e.pos desc limit ${range.limit + 1}`);
  const events = await toStoredEvents(tx, rows.slice(0, range.limit));
  return { events, isLimited: rows.length > range.limit };
}

/** The newest events of many rooms, oldest first in each; for first syncs. */
export async function listTimelines(
  tx: ReadTx,
  roomNids: readonly number[],
  upTo: number,
  limit: number,
): Promise<ReadonlyMap<number, { readonly events: readonly StoredEvent[]; readonly isLimited: boolean }>> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from unnest(${roomNids}::bigint[]) as wanted (nid) join room r on r.nid = wanted.nid
    cross join lateral (select * from event where event.room_nid = wanted.nid and event.pos <= ${upTo} order by event.pos desc limit ${limit + 1}) e
    order by e.pos desc`);
  const byRoom = new Map<number, { events: StoredEvent[]; isLimited: boolean }>(
    roomNids.map((nid) => [nid, { events: [], isLimited: false }]),
  );
  for (const event of await toStoredEvents(tx, rows)) {
    const room = byRoom.get(event.roomNid);
    if (room === undefined) continue;
    if (room.events.length < limit) room.events.push(event);
    else room.isLimited = true;
  }
  for (const room of byRoom.values()) room.events.reverse();
  return byRoom;
}

/** Position of the newest event of each room, among those of the given types if any are given. */
export async function listLastOfTypes(
  tx: ReadTx,
  roomNids: readonly number[],
  types?: readonly string[],
): Promise<readonly { readonly roomNid: number; readonly pos: number }[]> {
  return types === undefined
    ? tx.query(sql`
        select wanted.nid as "roomNid", last.pos from unnest(${roomNids}::bigint[]) as wanted (nid)
        cross join lateral (select pos from event e where e.room_nid = wanted.nid order by pos desc limit 1) last`)
    : tx.query(sql`
        select wanted.nid as "roomNid", last.pos from unnest(${roomNids}::bigint[]) as wanted (nid)
        cross join lateral (
          select pos from event e where e.room_nid = wanted.nid and e.type = any(${types}::text[]) order by pos desc limit 1
        ) last`);
}

/** Events of some types in all rooms in `(after, upTo]`, oldest first. */
export async function listEventsOfTypes(
  tx: ReadTx,
  types: readonly string[],
  after: number,
  upTo: number,
): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from event e join room r on r.nid = e.room_nid
    where e.pos > ${after} and e.pos <= ${upTo} and e.type = any(${types}::text[]) order by e.pos`);
  return toStoredEvents(tx, rows);
}

/** Those of the rooms in which something happened in `(after, upTo]`. */
export async function listChangedRooms(
  tx: ReadTx,
  roomNids: readonly number[],
  after: number,
  upTo: number,
): Promise<readonly number[]> {
  const rows = await tx.query<{ nid: number }>(sql`
    select wanted.nid from unnest(${roomNids}::bigint[]) as wanted (nid)
    where exists (select from event e where e.room_nid = wanted.nid and e.pos > ${after} and e.pos <= ${upTo})`);
  return rows.map((row) => row.nid);
}

/** The running count of notifying events of each room at a position, in the order asked; what was deleted counts as before it. */
export async function listNotifySeqs(
  tx: ReadTx,
  places: readonly { readonly roomNid: number; readonly pos: number }[],
): Promise<readonly number[]> {
  const rows = await tx.query<{ seq: number | null }>(sql`
    select greatest(
      (select e.notify_seq from event e where e.room_nid = place.nid and e.pos <= place.pos order by e.pos desc limit 1),
      (select p.notify_seq from purged_history p where p.room_nid = place.nid)) as seq
    from unnest(${places.map((place) => place.roomNid)}::bigint[], ${places.map((place) => place.pos)}::bigint[]) with ordinality as place (nid, pos, n)
    order by place.n`);
  return rows.map((row) => row.seq ?? 0);
}
