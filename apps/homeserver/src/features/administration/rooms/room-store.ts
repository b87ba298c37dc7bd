import type { RoomId } from '@stafette/protocol';
import type { ReadTx } from '../../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../../database/sql.ts';

export interface RoomRow {
  readonly room_id: RoomId;
  readonly name: string | null;
  readonly canonical_alias: string | null;
  readonly joined_members: number;
  readonly joined_local_members: number;
  readonly version: string;
  readonly creator: string;
  readonly encryption: string | null;
  readonly federatable: boolean;
  readonly public: boolean;
  readonly join_rules: string | null;
  readonly guest_access: string | null;
  readonly history_visibility: string | null;
  readonly state_events: number;
  readonly room_type: string | null;
}

/** Ids break ties, so that pages neither repeat nor miss a room. */
const ORDERS = {
  name: [fragment`name, room_id`, fragment`name desc, room_id desc`],
  canonical_alias: [fragment`canonical_alias, room_id`, fragment`canonical_alias desc, room_id desc`],
  joined_members: [fragment`joined_members desc, room_id`, fragment`joined_members, room_id desc`],
  joined_local_members: [fragment`joined_local_members desc, room_id`, fragment`joined_local_members, room_id desc`],
  version: [fragment`version desc, room_id`, fragment`version, room_id desc`],
  creator: [fragment`creator, room_id`, fragment`creator desc, room_id desc`],
  encryption: [fragment`encryption, room_id`, fragment`encryption desc, room_id desc`],
  federatable: [fragment`federatable, room_id`, fragment`federatable desc, room_id desc`],
  public: [fragment`public, room_id`, fragment`public desc, room_id desc`],
  join_rules: [fragment`join_rules, room_id`, fragment`join_rules desc, room_id desc`],
  guest_access: [fragment`guest_access, room_id`, fragment`guest_access desc, room_id desc`],
  history_visibility: [fragment`history_visibility, room_id`, fragment`history_visibility desc, room_id desc`],
  state_events: [fragment`state_events desc, room_id`, fragment`state_events, room_id desc`],
} as const satisfies Readonly<Record<string, readonly [SqlFragment, SqlFragment]>>;

export type RoomOrder = keyof typeof ORDERS;

export interface RoomQuery {
  readonly order: RoomOrder;
  readonly isReversed: boolean;
  readonly searchTerm?: string | undefined;
  readonly isPublic?: boolean | undefined;
  readonly isEmpty?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A text out of an event's content; null for anything else, and for events with NUL, which no database text can hold. */
const contentText = (type: string, key: string): SqlFragment =>
  fragment`max(case when e.type = ${type}::text and position('\\u0000' in e.json) = 0 and json_typeof(e.json::json #> array['content', ${key}::text]) = 'string'
    then e.json::json #>> array['content', ${key}::text] end)`;

const TYPES = [
  'm.room.create',
  'm.room.name',
  'm.room.canonical_alias',
  'm.room.encryption',
  'm.room.join_rules',
  'm.room.guest_access',
  'm.room.history_visibility',
];

/** Rooms with what their state says of them: some index probes for each room. */
const described = (serverName: string): SqlFragment => fragment`
  select r.id as room_id, r.version, s.*, m.*, exists (select from published_room p where p.room_nid = r.nid) as public,
         (select count(*) from state_interval i where i.room_nid = r.nid and i.to_pos is null) as state_events
  from room r
  cross join lateral (
    select ${contentText('m.room.name', 'name')} as name, ${contentText('m.room.canonical_alias', 'alias')} as canonical_alias,
           ${contentText('m.room.encryption', 'algorithm')} as encryption, ${contentText('m.room.join_rules', 'join_rule')} as join_rules,
           ${contentText('m.room.guest_access', 'guest_access')} as guest_access,
           ${contentText('m.room.history_visibility', 'history_visibility')} as history_visibility,
           ${contentText('m.room.create', 'type')} as room_type,
           coalesce(max(case when e.type = 'm.room.create' then e.sender end), '') as creator,
           not coalesce(bool_or(e.type = 'm.room.create' and position('"m.federate":false' in e.json) > 0), false) as federatable
    from state_interval i join event e on e.pos = i.event_pos
    where i.room_nid = r.nid and i.to_pos is null and i.state_key = '' and i.type = any(${TYPES}::text[])
  ) s
  cross join lateral (
    select count(*) as joined_members, count(*) filter (where right(user_id, length(${serverName}::text) + 1) = ':' || ${serverName}::text) as joined_local_members
    from membership where room_nid = r.nid and membership = 'join'
  ) m`;

/** What a search looks at besides the id: the name, and the main alias without the server's name. */
const searched = fragment`lower(concat_ws(chr(10), name, split_part(canonical_alias, ':', 1)))`;

/** A page of all rooms, and how many there are. Reads across the tables of others and writes none. */
export async function listRooms(
  tx: ReadTx,
  serverName: string,
  query: RoomQuery,
): Promise<{ readonly rooms: readonly RoomRow[]; readonly total: number }> {
  const { order, isReversed, offset, limit, searchTerm: term = null, isPublic = null, isEmpty = null } = query;
  // Named twice and computed once.
  const rows = await tx.query<RoomRow & { readonly total: number }>(sql`
    with wanted as materialized (
      select * from (${described(serverName)}) as room
      where (${term}::text is null or position(${term}::text in room_id) > 0 or position(lower(${term}::text) in ${searched}) > 0)
        and (${isPublic}::boolean is null or public = ${isPublic}::boolean)
        and (${isEmpty}::boolean is null or (joined_members = 0) = ${isEmpty}::boolean)
    )
    select counted.total, page.* from (select count(*) as total from wanted) as counted
    left join lateral (select * from wanted order by ${ORDERS[order][isReversed ? 1 : 0]} offset ${offset} limit ${limit}) as page on true`);
  // A page beyond the end is one row that says nothing but how many there are.
  const rooms = rows.flatMap((row) => {
    const { total: _ignored, ...room } = row;
    return room.room_id === null ? [] : [room];
  });
  return { rooms, total: rows[0]?.total ?? 0 };
}

export const findRoom = async (tx: ReadTx, serverName: string, roomId: RoomId): Promise<RoomRow | undefined> =>
  tx.find(sql`select * from (${described(serverName)}) as room where room_id = ${roomId}`);

/** What is asked of a single room alone. */
export interface RoomDetailRow {
  readonly joined_local_devices: number;
  readonly forgotten: boolean;
}

export async function findRoomDetails(
  tx: ReadTx,
  serverName: string,
  roomId: RoomId,
): Promise<RoomDetailRow | undefined> {
  return tx.find(sql`
    select (select count(*) from membership m join device d on d.user_id = m.user_id and d.removed_at is null
              where m.room_nid = r.nid and m.membership = 'join') as joined_local_devices,
           not exists (select from membership m where m.room_nid = r.nid and not m.is_forgotten
              and right(m.user_id, length(${serverName}::text) + 1) = ':' || ${serverName}::text) as forgotten
    from room r where r.id = ${roomId}`);
}

export interface ExtremityRow {
  readonly eventId: string;
  readonly pos: number;
  readonly depth: number;
  readonly originServerTs: number;
}

/** The events to which the next one of a room attaches. */
export const listExtremities = async (tx: ReadTx, roomNid: number): Promise<readonly ExtremityRow[]> =>
  tx.query(sql`
    select e.event_id as "eventId", e.pos, e.depth, e.origin_server_ts as "originServerTs"
    from room r join event e on e.event_id = any(r.extremities) where r.nid = ${roomNid} order by e.pos`);

/** Tables with rows of rooms that grow. */
const ROOM_TABLES = ['event', 'state_interval', 'membership', 'receipt', 'search_entry', 'implicit_read'];

/**
 * The rooms that take up most of the database. PostgreSQL's own statistics say which share of each table's rows the most
 * frequent rooms have, so that no table is read.
 */
export const listLargestRooms = async (
  tx: ReadTx,
  limit: number,
): Promise<readonly { readonly roomId: RoomId; readonly sizeBytes: number }[]> =>
  tx.query(sql`
    select r.id as "roomId", sum(share.frequency * pg_total_relation_size(format('%I.%I', s.schemaname, s.tablename)::regclass))::bigint as "sizeBytes"
    from pg_stats s
    cross join lateral unnest(s.most_common_vals::text::bigint[], s.most_common_freqs) as share (room_nid, frequency)
    join room r on r.nid = share.room_nid
    where s.schemaname = current_schema() and s.attname = 'room_nid' and s.tablename = any(${ROOM_TABLES}::text[])
    group by r.id order by 2 desc, 1 limit ${limit}`);
