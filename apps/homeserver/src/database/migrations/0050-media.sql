-- What was uploaded. The bytes lie in the file store under `storage_name`; nothing of a client's text becomes a path.

create table media (
  media_id text collate "C" primary key,
  uploader text collate "C" not null,
  -- `reserved`: an address without a file yet. `ready`: durable and downloadable.
  state text collate "C" not null check (state in ('reserved', 'ready')),
  storage_name text collate "C" unique,
  content_type text,
  file_name text,
  size_bytes bigint,
  sha256 bytea,
  created_at bigint not null,
  -- A reserved address that is not used until then is void.
  expires_at bigint,
  check (state <> 'ready' or (storage_name is not null and size_bytes is not null and sha256 is not null))
);
-- For what a person's files take up.
create index media_by_uploader on media (uploader) include (size_bytes);
create index media_reserved_by_uploader on media (uploader, expires_at) where state = 'reserved';
