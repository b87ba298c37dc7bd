-- Mail addresses by which people are known, and proofs that somebody reads a mailbox.

create table third_party_id (
  medium text collate "C" not null check (medium = 'email'),
  -- As `parseEmail` gives it; compared byte by byte.
  address text collate "C" not null,
  user_id text collate "C" not null references account,
  validated_at bigint not null,
  added_at bigint not null,
  primary key (medium, address)
);
create index third_party_id_by_user on third_party_id (user_id);

create table address_validation (
  sid text collate "C" primary key,
  purpose text collate "C" not null check (purpose in ('register', 'add', 'reset-password')),
  address text collate "C" not null,
  client_secret_hash bytea not null,
  send_attempt bigint not null,
  language text collate "C" not null,
  next_link text,
  -- Of the token in the newest mail; absent until one was sent.
  token_hash bytea,
  expires_at bigint not null,
  validated_at bigint,
  used_at bigint
);
-- One that can still be used for each address and client.
create unique index address_validation_by_client on address_validation (purpose, address, client_secret_hash)
  where used_at is null;
create index address_validation_by_expiry on address_validation (expires_at);
