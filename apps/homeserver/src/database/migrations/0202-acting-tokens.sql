-- Tokens with which administrators act as other people, without a device of theirs. Written by features/identity alone.
create table acting_token (
  token_hash bytea primary key,
  user_id text collate "C" not null references account,
  -- Who acts; the token is good as long as they are an administrator who can do something.
  administrator text collate "C" not null references account,
  expires_at bigint not null
);
create index acting_token_by_administrator on acting_token (administrator);
create index acting_token_by_expiry on acting_token (expires_at);
