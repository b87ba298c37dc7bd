-- Rooms, their events, and the state of every room at every position. Written by features/room-events alone.

create table room (
  -- Short number of a room; everything else refers to it.
  nid bigint primary key,
  id text collate "C" not null unique,
  version text not null,
  -- Forward extremities: what the next event names as its predecessors. One unless the room forked.
  extremities text[] collate "C" not null,
  depth bigint not null,
  -- Running number of events that notify everybody, outside threads; each event carries its value.
  notify_seq integer not null
) with (fillfactor = 60);
-- One update per batch of sends: kept on the same page (no indexed column changes) and vacuumed early.
alter table room set (autovacuum_vacuum_scale_factor = 0.05);

create table event (
  -- Position in the events stream, given in commit order.
  pos bigint primary key,
  room_nid bigint not null,
  -- Line of history within the room; 0 is the main one, forks open others.
  branch integer not null default 0,
  event_id text collate "C" not null,
  type text collate "C" not null,
  -- Null for a message event; '' is a state key like any other.
  state_key text collate "C",
  sender text collate "C" not null,
  origin_server_ts bigint not null,
  depth bigint not null,
  -- The canonical text of the event as it goes over federation; the redacted form once it was redacted.
  json text not null,
  -- Where `content` lies in that text, in UTF-16 units: clients get it without parsing.
  content_from integer not null,
  content_to integer not null,
  -- The state event that this one replaced.
  replaces_state text collate "C",
  -- What this redaction takes away.
  redacts text collate "C",
  -- The redaction that took this event's content away.
  redacted_by text collate "C",
  -- m.relates_to, for aggregations.
  relates_to text collate "C",
  rel_type text collate "C",
  relation_key text collate "C",
  -- What the event means to readers with default push rules, see features/push.
  unread_flags smallint not null default 0,
  notify_seq integer not null default 0,
  -- The session that sent it and its transaction id: a repeated request finds this event instead of making another.
  session_key text collate "C",
  txn_id text collate "C"
);
create unique index event_by_id on event (event_id);
create unique index event_by_room on event (room_nid, pos);
create unique index event_by_transaction on event (session_key, txn_id, room_nid, type, redacts) nulls not distinct
  where session_key is not null;
create index event_relation on event (relates_to, pos) where relates_to is not null;
create index event_thread on event (room_nid, pos) where rel_type = 'm.thread';
create index event_unread on event (room_nid, pos) where unread_flags >= 2;

-- One row for each time a piece of state held: in force after from_pos (inclusive) until to_pos (exclusive).
create table state_interval (
  room_nid bigint not null,
  branch integer not null default 0,
  type text collate "C" not null,
  state_key text collate "C" not null,
  from_pos bigint not null,
  -- Null while it is in force.
  to_pos bigint,
  event_pos bigint not null,
  -- The membership of m.room.member, the visibility of m.room.history_visibility: what readers are judged by.
  value text,
  primary key (room_nid, type, state_key, from_pos, branch)
);
create index state_current on state_interval (room_nid, type, state_key) where to_pos is null;

-- The membership of each user in each room, now.
create table membership (
  user_id text collate "C" not null,
  room_nid bigint not null,
  membership text not null,
  event_pos bigint not null,
  event_id text collate "C" not null,
  sender text collate "C" not null,
  -- The user asked not to see this room again; undone by a new invitation or join.
  is_forgotten boolean not null default false,
  primary key (user_id, room_nid)
);
create index membership_by_room on membership (room_nid);

create table room_alias (
  alias text collate "C" primary key,
  room_nid bigint not null,
  creator text collate "C" not null
);
create index room_alias_by_room on room_alias (room_nid);

-- Rooms that anybody on this server can find.
create table published_room (
  room_nid bigint primary key
);

-- The keys this server signs with. The newest unexpired one is in use; the others stay published for what they signed.
create table server_signing_key (
  key_id text collate "C" primary key,
  -- 32 bytes of seed.
  seed bytea not null,
  public_key bytea not null,
  created_at bigint not null,
  expired_at bigint
);
