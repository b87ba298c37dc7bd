-- Who may use the server, and with what. Secrets are stored as hashes only.

create table account (
  user_id text collate "C" primary key,
  -- What a person types to log in, folded for comparison; absent for accounts that never log in by password.
  login_name text collate "C" unique,
  password_hash text,
  kind text collate "C" not null check (kind in ('user', 'guest', 'appservice')),
  is_admin boolean not null default false,
  created_at bigint not null,
  suspended_at bigint,
  locked_at bigint,
  deactivated_at bigint,
  -- When everything that belonged to an ended account was gone.
  cleared_at bigint
);
create index account_not_cleared on account (user_id) where deactivated_at is not null and cleared_at is null;

create table device (
  user_id text collate "C" not null references account,
  device_id text collate "C" not null,
  display_name text,
  created_at bigint not null,
  last_seen_at bigint,
  last_seen_ip text,
  -- Signed out; the row goes when everything that belonged to the device has gone.
  removed_at bigint,
  primary key (user_id, device_id)
);
create index device_removed on device (user_id) where removed_at is not null;

-- One row a log-in. A refreshed token stays the same session.
create table session (
  session_id bigint generated always as identity primary key,
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  access_hash bytea not null unique,
  -- Absent: the access token holds until the session is closed.
  access_expires_at bigint,
  -- Of the part that all refresh tokens of a session have in common: finds the session when an old one is shown again.
  refresh_family_hash bytea unique,
  refresh_hash bytea,
  -- The refresh token before this one. It is accepted until the newer tokens were used, as the answer may have been lost.
  previous_refresh_hash bytea,
  -- Newer tokens follow from the refresh token, which is not stored, and this.
  rotation_secret bytea,
  foreign key (user_id, device_id) references device on delete cascade
);
create index session_by_device on session (user_id, device_id);

create table login_token (
  token_hash bytea primary key,
  user_id text collate "C" not null references account,
  expires_at bigint not null
);
create index login_token_by_expiry on login_token (expires_at);

create table invitation (
  invitation_id bigint generated always as identity primary key,
  code_hash bytea not null unique,
  created_by text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  is_admin boolean not null,
  login_name text collate "C",
  display_name text,
  used_by text collate "C",
  used_at bigint
);
