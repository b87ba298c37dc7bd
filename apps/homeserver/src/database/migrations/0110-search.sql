-- What can be searched of events that are not encrypted, filled behind the stream of events. Written by features/search alone.

create table search_entry (
  -- Of the event.
  pos bigint primary key,
  room_nid bigint not null,
  -- 'content.body', 'content.name' or 'content.topic'.
  key text not null,
  -- Whether the content has a `url`, which filters ask for.
  has_url boolean not null,
  words tsvector not null
);
create index search_entry_words on search_entry using gin (words);
-- Beside the words, for those who search in a few rooms of many.
create index search_entry_by_room on search_entry (room_nid, pos);

-- One row: the position in the events stream up to which everything is indexed.
create table search_progress (
  pos bigint not null
);
insert into search_progress (pos) values (0);
