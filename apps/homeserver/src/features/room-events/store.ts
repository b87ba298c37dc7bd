import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { eventColumns, toStoredEvents, type EventRow } from './event-rows.ts';
import type { StoredEvent } from './stored-event.ts';

export interface RoomRecord {
  readonly nid: number;
  readonly id: RoomId;
  readonly version: string;
  readonly extremities: readonly EventId[];
  readonly depth: number;
  readonly notify_seq: number;
  readonly purged_upto: number;
}

export async function findLastPositions(tx: ReadTx): Promise<{ readonly pos: number; readonly nid: number }> {
  const row = await tx.find<{ pos: number | null; nid: number | null }>(
    // A deleted room may have had the last of either, and neither is used twice.
    sql`select greatest((select max(pos) from event), (select max(upto_pos) from purged_history)) as pos,
          greatest((select max(nid) from room), (select max(room_nid) from purged_history)) as nid`,
  );
  return { pos: row?.pos ?? 0, nid: row?.nid ?? 0 };
}

export const listRooms = async (tx: ReadTx, roomIds: readonly string[]): Promise<readonly RoomRecord[]> =>
  tx.query(sql`
    select nid, id, version, extremities, depth, room.notify_seq, coalesce(p.upto_pos, 0) as purged_upto
    from room left join purged_history p on p.room_nid = room.nid where id = any(${roomIds}::text[])`);

export const findRoomIdByNid = async (tx: ReadTx, nid: number): Promise<RoomId | undefined> =>
  (await tx.find<{ id: RoomId }>(sql`select id from room where nid = ${nid}`))?.id;

/** Waits until no other transaction is writing to these rooms, so that what is read next is what really happened. */
export async function awaitRooms(tx: WriteTx, nids: readonly number[]): Promise<void> {
  await tx.query(sql`select nid from room where nid = any(${nids}::bigint[]) order by nid for update`);
}

/** A piece of state that is in force; with the membership, for a member event. */
export interface CurrentState {
  readonly event: StoredEvent;
  readonly membership: string | undefined;
}

/** The state in force in rooms, in the order in which it came about. */
export async function listCurrentState(tx: ReadTx, roomNids: readonly number[]): Promise<readonly CurrentState[]> {
  const rows = await tx.query<EventRow & { readonly value: string | null }>(sql`
    select ${eventColumns}, s.value from state_interval s join event e on e.pos = s.event_pos join room r on r.nid = e.room_nid
    where s.room_nid = any(${roomNids}::bigint[]) and s.to_pos is null order by e.pos`);
  const events = await toStoredEvents(tx, rows);
  return events.map((event, index) => ({
    event,
    membership: event.type === 'm.room.member' ? (rows[index]?.value ?? undefined) : undefined,
  }));
}

/** The state just after the event at `pos`: every piece of it, or the given types and keys. */
export async function listStateAt(
  tx: ReadTx,
  roomNid: number,
  pos: number,
  keys?: readonly (readonly [type: string, stateKey: string])[],
): Promise<StoredEvent[]> {
  if (keys === undefined) {
    const rows = await tx.query<EventRow>(sql`
      select ${eventColumns} from state_interval s join event e on e.pos = s.event_pos join room r on r.nid = e.room_nid
      where s.room_nid = ${roomNid} and s.from_pos <= ${pos} and (s.to_pos is null or s.to_pos > ${pos}) order by e.pos`);
    return toStoredEvents(tx, rows);
  }
  // One probe of the primary key for each key asked for.
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from unnest(${keys.map(([type]) => type)}::text[], ${keys.map(([, stateKey]) => stateKey)}::text[]) as k (type, state_key)
    cross join lateral (
      select event_pos, to_pos from state_interval i
      where i.room_nid = ${roomNid} and i.type = k.type and i.state_key = k.state_key and i.from_pos <= ${pos}
      order by i.from_pos desc limit 1
    ) s join event e on e.pos = s.event_pos join room r on r.nid = e.room_nid
    where s.to_pos is null or s.to_pos > ${pos} order by e.pos`);
  return toStoredEvents(tx, rows);
}

/** The newest event of each piece of state that changed in `(after, upTo]`. */
export async function listStateChanges(
  tx: ReadTx,
  roomNid: number,
  after: number,
  upTo: number,
): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select ${eventColumns} from state_interval s join event e on e.pos = s.event_pos join room r on r.nid = e.room_nid
    where s.room_nid = ${roomNid} and s.from_pos > ${after} and s.from_pos <= ${upTo} and (s.to_pos is null or s.to_pos > ${upTo})
    order by e.pos`);
  return toStoredEvents(tx, rows);
}

/** When a piece of state held which value; see `state_interval.value`. */
export interface ValueInterval {
  readonly roomNid: number;
  readonly type: string;
  readonly fromPos: number;
  /** Undefined while in force. */
  readonly toPos: number | undefined;
  readonly value: string | undefined;
}

/** The history of what decides about one reader in each room: the room's visibility and the reader's own membership. */
export async function listReaderIntervals(
  tx: ReadTx,
  roomNids: readonly number[],
  userId: string,
): Promise<readonly ValueInterval[]> {
  const rows = await tx.query<{
    room_nid: number;
    type: string;
    from_pos: number;
    to_pos: number | null;
    value: string | null;
  }>(sql`
    select room_nid, type, from_pos, to_pos, value from state_interval
    where room_nid = any(${roomNids}::bigint[]) and ((type = 'm.room.member' and state_key = ${userId}) or (type = 'm.room.history_visibility' and state_key = ''))
    order by from_pos`);
  return rows.map((row) => ({
    roomNid: row.room_nid,
    type: row.type,
    fromPos: row.from_pos,
    toPos: row.to_pos ?? undefined,
    value: row.value ?? undefined,
  }));
}

export interface MembershipRecord {
  readonly roomId: RoomId;
  readonly roomNid: number;
  readonly membership: string;
  readonly pos: number;
  readonly eventId: EventId;
  readonly sender: UserId;
  readonly isForgotten: boolean;
}

export async function listMemberships(tx: ReadTx, userId: UserId): Promise<readonly MembershipRecord[]> {
  return tx.query(sql`
    select r.id as "roomId", m.room_nid as "roomNid", m.membership, m.event_pos as pos, m.event_id as "eventId", m.sender, m.is_forgotten as "isForgotten"
    from membership m join room r on r.nid = m.room_nid where m.user_id = ${userId}`);
}

export async function updateForgotten(tx: WriteTx, userId: UserId, roomNid: number): Promise<void> {
  await tx.execute(
    sql`update membership set is_forgotten = true where user_id = ${userId} and room_nid = ${roomNid} and membership in ('leave', 'ban')`,
  );
}

/** The event that an earlier request with this transaction id made. */
export async function findTransaction(
  tx: ReadTx,
  key: {
    readonly sessionKey: string;
    readonly txnId: string;
    readonly roomNid: number;
    readonly type: string;
    readonly redacts: EventId | undefined;
  },
): Promise<{ readonly event_id: EventId; readonly pos: number } | undefined> {
  return tx.find(sql`
    select event_id, pos from event
    where session_key = ${key.sessionKey} and txn_id = ${key.txnId} and room_nid = ${key.roomNid} and type = ${key.type}
      and redacts is not distinct from ${key.redacts ?? null}`);
}

export async function listPositions(tx: ReadTx, eventIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ event_id: string; pos: number }>(
    sql`select event_id, pos from event where event_id = any(${eventIds}::text[])`,
  );
  return new Map(rows.map((row) => [row.event_id, row.pos]));
}

/** A stay in a room: from the join (inclusive) until the event that ended it (exclusive), if any did. */
export interface Stay {
  readonly roomNid: number;
  readonly userId: UserId;
  readonly fromPos: number;
  readonly toPos: number | undefined;
}

/** Who was in these rooms at any time in `(after, upTo]`. Reads all their members: nothing for the hot path. */
export async function listStays(
  tx: ReadTx,
  roomNids: readonly number[],
  after: number,
  upTo: number,
): Promise<readonly Stay[]> {
  const rows = await tx.query<{ room_nid: number; state_key: UserId; from_pos: number; to_pos: number | null }>(sql`
    select room_nid, state_key, from_pos, to_pos from state_interval
    where room_nid = any(${roomNids}::bigint[]) and type = 'm.room.member' and value = 'join'
      and from_pos <= ${upTo} and (to_pos is null or to_pos > ${after})`);
  return rows.map((row) => ({
    roomNid: row.room_nid,
    userId: row.state_key,
    fromPos: row.from_pos,
    toPos: row.to_pos ?? undefined,
  }));
}

/** Those of the rooms in which a user ever was; an invitation alone is not enough. */
export async function listEverJoined(
  tx: ReadTx,
  roomNids: readonly number[],
  userId: string,
): Promise<ReadonlySet<number>> {
  const rows = await tx.query<{ room_nid: number }>(sql`
    select distinct room_nid from state_interval
    where room_nid = any(${roomNids}::bigint[]) and type = 'm.room.member' and state_key = ${userId} and value = 'join'`);
  return new Set(rows.map((row) => row.room_nid));
}

export const wasEverJoined = async (tx: ReadTx, roomNid: number, userId: string): Promise<boolean> =>
  (await listEverJoined(tx, [roomNid], userId)).has(roomNid);
