-- The keys that other servers sign with, as they said themselves. Written by features/server-keys alone.
create table remote_server_key (
  server_name text collate "C" not null,
  key_id text collate "C" not null,
  -- 32 bytes.
  public_key bytea not null,
  -- Milliseconds: what was signed until then may be believed. Requests are signed now, events when they were made.
  valid_until bigint not null,
  primary key (server_name, key_id)
);
