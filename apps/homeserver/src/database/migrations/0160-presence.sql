-- How people appear, where presence is switched on. Written by features/presence alone, and before anybody is told of it: a
-- client that was told so before a restart can be told afterwards what became of it.

create table presence (
  user_id text collate "C" primary key references account,
  -- 'online', 'unavailable' or 'offline'.
  state text not null,
  -- What they say about themselves; it outlives their being away.
  status_msg text,
  last_active_at bigint not null,
  position bigint not null
);
create index presence_position on presence (position);
