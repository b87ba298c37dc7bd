-- The agency that this server belongs to. One row, written by the set-up and never replaced: the server name is part of every address.
create table agency (
  only_row boolean primary key default true check (only_row),
  name text not null,
  server_name text collate "C" not null,
  created_at bigint not null
);

-- The code that the terminal shows until the set-up is done; a new one at each start.
create table setup_code (
  only_row boolean primary key default true check (only_row),
  sha256 bytea not null
);
