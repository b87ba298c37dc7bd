-- Tokens with which people register, as tools of operators make them: for several people, for a time. Written by
-- features/registration-tokens alone. The token itself is nowhere.
create table registration_token (
  token_hash bytea primary key,
  created_by text collate "C" not null,
  created_at bigint not null,
  -- Null: as often as one likes.
  uses_allowed bigint,
  completed bigint not null default 0,
  -- Null: for ever.
  expires_at bigint
);
create index registration_token_by_creation on registration_token (created_at, token_hash);
