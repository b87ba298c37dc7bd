-- How far people have read, and what they want to be notified of. Counts of unread events are not stored: they follow
-- from these rows and from the running counter that each event carries.

create table receipt (
  room_nid bigint not null,
  user_id text collate "C" not null,
  -- m.read, or m.read.private, which nobody but its user sees.
  receipt_type text collate "C" not null,
  -- '' is unthreaded; otherwise 'main' or the id of a thread's root.
  thread_id text collate "C" not null,
  event_id text collate "C" not null,
  event_pos bigint not null,
  -- Milliseconds, as told to clients.
  ts bigint not null,
  position bigint not null,
  primary key (room_nid, user_id, receipt_type, thread_id)
);
create index receipt_by_position on receipt (room_nid, position);
create index receipt_by_user on receipt (user_id, room_nid);
create unique index receipt_by_stream on receipt (position);

-- Joining a room or sending to it reads everything before. Written behind the sends, once for many of them; the mark says up
-- to which position of the event stream this table is complete, and what is missing is read from the events at start.
create table implicit_read (
  user_id text collate "C" not null,
  room_nid bigint not null,
  -- '' for a join, which reads all threads; otherwise 'main' or the id of a thread's root.
  thread_id text collate "C" not null,
  event_pos bigint not null,
  primary key (user_id, room_nid, thread_id)
);
create table implicit_read_mark (
  only_row boolean primary key default true check (only_row),
  event_pos bigint not null
);
insert into implicit_read_mark (event_pos) values (0);

-- Only of users who changed something; everybody else has the default rules of the running version.
create table push_ruleset (
  user_id text collate "C" primary key,
  json text not null,
  position bigint not null
);
create unique index push_ruleset_by_stream on push_ruleset (position);

create table pusher (
  user_id text collate "C" not null,
  app_id text collate "C" not null,
  pushkey text collate "C" not null,
  -- The device that set it: its end is the pusher's end.
  device_id text collate "C",
  -- As the client sent it.
  json text not null,
  created_at bigint not null,
  primary key (user_id, app_id, pushkey)
);
create index pusher_by_key on pusher (app_id, pushkey);
create index pusher_by_device on pusher (user_id, device_id);
