-- How far the messages of a room were deleted. Apart from the room's own row, which every send updates. Stays when a room
-- is deleted, so that its number and its positions are never used again. Written by features/room-events alone.
create table purged_history (
  room_nid bigint primary key,
  -- Position of the newest message that was deleted.
  upto_pos bigint not null,
  -- The highest running number of a deleted message: unread counts begin after it.
  notify_seq integer not null
);

-- The few rooms that say how long they keep messages.
create index state_retention on state_interval (room_nid) where type = 'm.room.retention' and state_key = '' and to_pos is null;

-- Files of deleted messages, until nothing speaks of them any more and they are deleted too. Written by features/retention alone.
create table media_to_remove (
  media_id text collate "C" primary key
);

-- Which events speak of which files, filled behind the stream of events once there are files to remove.
create table media_mention (
  media_id text collate "C" not null,
  -- Of the event; it may be gone.
  event_pos bigint not null,
  primary key (media_id, event_pos)
);
create index media_mention_by_event on media_mention (event_pos);

-- One row: the position in the events stream up to which the table above is complete.
create table media_mention_progress (
  pos bigint not null
);
insert into media_mention_progress (pos) values (0);
