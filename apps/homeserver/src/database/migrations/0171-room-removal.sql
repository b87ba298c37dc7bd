-- The highest position that rows of a stream had which were deleted with their room: none is ever used twice.
create table stream_floor (
  stream text collate "C" primary key,
  position bigint not null
);

-- What administrators asked to be done to rooms, and what came of it. Written by features/room-tasks alone.
create table room_task (
  task_id text collate "C" primary key,
  action text collate "C" not null check (action in ('delete_room', 'purge_history')),
  room_id text collate "C" not null,
  -- Outlives the room.
  room_nid bigint not null,
  requested_by text collate "C" not null,
  -- JSON text of how it is to be done.
  options text not null,
  status text collate "C" not null check (status in ('scheduled', 'active', 'complete', 'failed')),
  requested_at bigint not null,
  changed_at bigint not null,
  -- Of the room that members were moved to.
  new_room_id text collate "C",
  -- Aliases that led to the room.
  aliases text[] collate "C" not null default '{}',
  -- Why it failed.
  error text
);
create index room_task_by_room on room_task (room_id);
create index room_task_by_age on room_task (changed_at);
-- A room is deleted once at a time.
create unique index room_task_deleting on room_task (room_id) where action = 'delete_room' and status in ('scheduled', 'active');

-- Members who were removed from a room, or could not be.
create table room_task_member (
  task_id text collate "C" not null references room_task on delete cascade,
  user_id text collate "C" not null,
  is_removed boolean not null,
  primary key (task_id, user_id)
);

-- What was reported loses its text when it is deleted.
create index report_by_event on report (event_id) where event_id is not null;
