-- Logging in with OAuth 2.0. Codes and tokens are stored as hashes only.

-- The id is the hash of the metadata, so that one application on many devices is one row.
create table oauth_client (
  client_id text collate "C" primary key,
  metadata text not null,
  last_used_at bigint not null
);

-- The application behind a session. Goes with the session, whoever ends it.
create table oauth_session (
  session_id bigint primary key references session on delete cascade,
  client_id text collate "C" not null references oauth_client,
  scope text collate "C" not null
);
create index oauth_session_by_client on oauth_session (client_id);

create table oauth_code (
  code_hash bytea primary key,
  client_id text collate "C" not null references oauth_client on delete cascade,
  user_id text collate "C" not null references account,
  redirect_uri text not null,
  scope text collate "C" not null,
  device_id text collate "C" not null,
  code_challenge text collate "C" not null,
  expires_at bigint not null,
  redeemed_at bigint,
  -- The session that the code opened, as long as there is one: it ends when the code is shown again.
  session_id bigint references session on delete set null
);
create index oauth_code_by_expiry on oauth_code (expires_at);
create index oauth_code_by_session on oauth_code (session_id) where session_id is not null;

create table oauth_device_grant (
  device_code_hash bytea primary key,
  user_code_hash bytea not null unique,
  client_id text collate "C" not null references oauth_client on delete cascade,
  scope text collate "C" not null,
  device_id text collate "C" not null,
  -- Where the request came from, for the person who decides.
  requested_at bigint not null,
  requested_ip text not null,
  expires_at bigint not null,
  last_polled_at bigint,
  -- Absent until somebody decided; who allowed it, or nobody when it was denied.
  decided_at bigint,
  user_id text collate "C" references account
);
create index oauth_device_grant_by_expiry on oauth_device_grant (expires_at);

-- People who are logged in on the pages of the server.
create table browser_session (
  token_hash bytea primary key,
  user_id text collate "C" not null references account,
  -- Another password, or none, ends the session.
  password_fingerprint bytea not null,
  expires_at bigint not null
);
create index browser_session_by_expiry on browser_session (expires_at);
