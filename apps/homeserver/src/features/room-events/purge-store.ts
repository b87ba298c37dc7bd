import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../database/sql.ts';
import { insertDepartures } from './departures.ts';
import { eventColumns, toStoredEvents, type EventRow } from './event-rows.ts';
import type { StoredEvent } from './stored-event.ts';

/** Which messages of a room: those that are as old as this and, if it is given, come before a position. */
export interface PurgeRange {
  /** Inclusive, milliseconds. */
  readonly untilMs: number;
  /** Exclusive. */
  readonly beforePos: number;
  /** Keeps what users of this server sent, of which there may be no other copy. */
  readonly keepsSendersOf?: string | undefined;
}

/** A place in the order of time. */
export interface TimePlace {
  readonly ts: number;
  readonly pos: number;
}

/** A message that is no more. */
export interface PurgedEvent {
  readonly pos: number;
  readonly eventId: EventId;
  readonly type: string;
  readonly sender: UserId;
  readonly notifySeq: number;
  readonly json: string;
}

const isSentElsewhere = ({ keepsSendersOf }: PurgeRange): SqlFragment => {
  const server = keepsSendersOf ?? null;
  return fragment`(${server}::text is null or right(sender, length(${server}::text) + 1) <> ':' || ${server}::text)`;
};

/** Messages of a range beyond a place, the oldest first. Whether they may really go is for {@link deleteMessages} to say. */
export const listMessagePlaces = async (
  tx: ReadTx,
  roomNid: number,
  range: PurgeRange,
  beyond: TimePlace,
  limit: number,
): Promise<readonly TimePlace[]> =>
  tx.query(sql`
    select origin_server_ts as ts, pos from event
    where room_nid = ${roomNid} and (origin_server_ts, pos) > (${beyond.ts}, ${beyond.pos}) and origin_server_ts <= ${range.untilMs}
      and pos < ${range.beforePos} and state_key is null and ${isSentElsewhere(range)}
    order by origin_server_ts, pos limit ${limit}`);

/** Of these messages, deletes those that belong to the range and are not where the next event of the room attaches. */
export const deleteMessages = async (
  tx: WriteTx,
  roomNid: number,
  range: PurgeRange,
  positions: readonly number[],
): Promise<readonly PurgedEvent[]> =>
  tx.query(sql`
    delete from event e using room r
    where r.nid = ${roomNid} and e.room_nid = r.nid and e.pos = any(${positions}::bigint[]) and e.state_key is null
      and e.origin_server_ts <= ${range.untilMs} and e.pos < ${range.beforePos} and e.event_id <> all(r.extremities) and ${isSentElsewhere(range)}
    returning e.pos, e.event_id as "eventId", e.type, e.sender, e.notify_seq as "notifySeq", e.json`);

/** The messages of the range where the next event of the room attaches, as far as they say anything. */
export async function listTellingEnds(tx: ReadTx, roomNid: number, range: PurgeRange): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from room r join event e on e.event_id = any(r.extremities)
    where r.nid = ${roomNid} and e.room_nid = r.nid and e.state_key is null and e.origin_server_ts <= ${range.untilMs} and e.pos < ${range.beforePos}
      and ${isSentElsewhere(range)} and e.content_to - e.content_from > length('{}')`);
  return toStoredEvents(tx, rows);
}

export async function emptyMessage(
  tx: WriteTx,
  pos: number,
  text: { readonly json: string; readonly contentFrom: number; readonly contentTo: number },
): Promise<void> {
  await tx.execute(sql`
    update event set json = ${text.json}, content_from = ${text.contentFrom}, content_to = ${text.contentTo},
      relates_to = null, rel_type = null, relation_key = null
    where pos = ${pos}`);
}

export async function notePurged(tx: WriteTx, roomNid: number, upTo: number, notifySeq: number): Promise<void> {
  await tx.execute(sql`
    insert into purged_history as known (room_nid, upto_pos, notify_seq) values (${roomNid}, ${upTo}, ${notifySeq})
    on conflict (room_nid) do update set upto_pos = greatest(known.upto_pos, excluded.upto_pos),
      notify_seq = greatest(known.notify_seq, excluded.notify_seq)`);
}

/** Takes a room and its memberships away, but for how people left it. Its number and its positions stay used. */
export async function removeRoom(
  tx: WriteTx,
  nid: number,
  last: { readonly lastPos: number; readonly notifySeq: number },
): Promise<void> {
  await insertDepartures(tx, nid);
  await tx.execute(sql`delete from membership where room_nid = ${nid}`);
  await tx.execute(sql`delete from room where nid = ${nid}`);
  await notePurged(tx, nid, last.lastPos, last.notifySeq);
}

/** Deletes events of a room that is no more, the oldest first. */
export const deleteEvents = async (tx: WriteTx, roomNid: number, limit: number): Promise<readonly PurgedEvent[]> =>
  tx.query(sql`
    delete from event e
    where e.pos = any(array(select pos from event where room_nid = ${roomNid} order by pos limit ${limit}))
      and not exists (select from room where nid = ${roomNid})
    returning e.pos, e.event_id as "eventId", e.type, e.sender, e.notify_seq as "notifySeq", e.json`);

export async function removeState(tx: WriteTx, roomNid: number): Promise<void> {
  await tx.execute(sql`delete from state_interval where room_nid = ${roomNid}`);
}

/** A room and what it says about how long messages are kept, as JSON text. */
export interface RoomPolicy {
  readonly nid: number;
  readonly id: RoomId;
  readonly contentJson: string | undefined;
}

/** The next rooms after a number: all, or only those that say something about keeping messages. */
export async function listRoomPolicies(
  tx: ReadTx,
  query: { readonly afterNid: number; readonly onlyWithPolicy: boolean; readonly limit: number },
): Promise<readonly RoomPolicy[]> {
  const { afterNid, onlyWithPolicy, limit } = query;
  const rows = await tx.query<{ nid: number; id: RoomId; json: string | null; from: number; to: number }>(
    onlyWithPolicy
      ? sql`
          select r.nid, r.id, e.json, e.content_from as "from", e.content_to as "to"
          from state_interval s join room r on r.nid = s.room_nid join event e on e.pos = s.event_pos
          where s.type = 'm.room.retention' and s.state_key = '' and s.to_pos is null and s.room_nid > ${afterNid}
          order by s.room_nid limit ${limit}`
      : sql`
          select r.nid, r.id, e.json, e.content_from as "from", e.content_to as "to"
          from room r left join state_interval s on s.room_nid = r.nid and s.type = 'm.room.retention' and s.state_key = '' and s.to_pos is null
          left join event e on e.pos = s.event_pos
          where r.nid > ${afterNid} order by r.nid limit ${limit}`,
  );
  return rows.map(({ nid, id, json, from, to }) => ({ nid, id, contentJson: json?.slice(from, to) }));
}

/** Those of the rooms that have messages as old as this. */
export async function listRoomsWithOldMessages(
  tx: ReadTx,
  rooms: readonly { readonly nid: number; readonly untilMs: number }[],
): Promise<ReadonlySet<number>> {
  const rows = await tx.query<{ nid: number }>(sql`
    select wanted.nid from unnest(${rooms.map((room) => room.nid)}::bigint[], ${rooms.map((room) => room.untilMs)}::bigint[]) as wanted (nid, until_ms)
    where exists (select from event e where e.room_nid = wanted.nid and e.origin_server_ts <= wanted.until_ms and e.state_key is null)`);
  return new Set(rows.map((row) => row.nid));
}
