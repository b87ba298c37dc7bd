-- Who may replace their cross-signing keys once without proving again who they are. Written by features/cross-signing alone.
create table cross_signing_permission (
  user_id text collate "C" primary key references account,
  expires_at bigint not null
);
