import type { RoomId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../database/sql.ts';

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

/** A page of all rooms, and how many there are. Reads across the tables of others and writes none. */
export async function listRooms(
  tx: ReadTx,
  serverName: string,
  query: RoomQuery,
): Promise<{ readonly rooms: readonly RoomRow[]; readonly total: number }> {
  const { order, isReversed, offset, limit } = query;
  const term = query.searchTerm ?? null;
  const wanted = fragment`(${described(serverName)}) as room
    where ${term}::text is null or room_id = ${term}::text
       or position(lower(${term}::text) in lower(concat_ws(chr(10), name, canonical_alias))) > 0`;
  const rooms = await tx.query<RoomRow>(
    sql`select * from ${wanted} order by ${ORDERS[order][isReversed ? 1 : 0]} offset ${offset} limit ${limit}`,
  );
  const counted = await tx.find<{ total: number }>(sql`select count(*) as total from ${wanted}`);
  return { rooms, total: counted?.total ?? 0 };
}

export const findRoom = async (tx: ReadTx, serverName: string, roomId: RoomId): Promise<RoomRow | undefined> =>
  tx.find(sql`select * from (${described(serverName)}) as room where room_id = ${roomId}`);
