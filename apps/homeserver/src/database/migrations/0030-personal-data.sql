-- What people keep about themselves.

create table profile (
  user_id text collate "C" primary key references account,
  display_name text,
  avatar_url text,
  -- All other fields: JSON text of an object.
  custom_fields text not null default '{}',
  -- Names as the directory compares them: folded display name and login name, each on a line.
  search_text text not null default ''
);

create table account_data (
  user_id text collate "C" not null references account,
  -- Empty for data that belongs to no room.
  room_id text collate "C" not null,
  type text collate "C" not null,
  -- JSON text of the content; `{}` when it was removed, as clients that had it must hear of that.
  content text not null,
  is_removed boolean not null default false,
  position bigint not null,
  primary key (user_id, room_id, type)
);
create index account_data_by_position on account_data (user_id, position);
create index account_data_position on account_data (position);

create table filter (
  user_id text collate "C" not null references account,
  -- Derived from the JSON, so that the same filter is stored once.
  filter_id text collate "C" not null,
  json text not null,
  primary key (user_id, filter_id)
);

create table openid_token (
  token_hash bytea primary key,
  user_id text collate "C" not null references account,
  expires_at bigint not null
);
create index openid_token_by_expiry on openid_token (expires_at);
