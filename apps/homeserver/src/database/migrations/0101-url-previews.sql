-- What pages on the web say about themselves. Asked for again after an hour; its picture is kept for a day, as long as clients
-- may still show it.
create table url_preview (
  id bigint generated always as identity primary key,
  url_hash bytea not null,
  -- JSON text as clients get it.
  json text not null,
  -- The picture, when there is one.
  media_id text collate "C",
  fetched_at bigint not null
);
create index url_preview_by_url on url_preview (url_hash, fetched_at desc);
create index url_preview_by_age on url_preview (fetched_at);
