-- Rooms that nobody of this server may come into any more. Written by features/room-blocks alone.
create table blocked_room (
  room_id text collate "C" primary key,
  blocked_by text collate "C" not null,
  -- Milliseconds since 1970.
  blocked_at bigint not null
);
