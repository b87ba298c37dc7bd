-- Requests of administrators to take away what somebody wrote. Written by features/administration alone.
create table user_redaction (
  redaction_id text collate "C" primary key,
  user_id text collate "C" not null,
  requested_by text collate "C" not null,
  requested_at bigint not null,
  room_ids text[] collate "C" not null,
  reason text,
  -- In the administrator's name, whoever could do it themselves.
  as_administrator boolean not null,
  -- Of the newest messages of each room.
  max_events bigint not null,
  -- Milliseconds, both inclusive.
  after_ts bigint not null,
  before_ts bigint not null,
  -- What was written later is not meant.
  upto_pos bigint not null,
  status text collate "C" not null default 'scheduled' check (status in ('scheduled', 'active', 'completed', 'failed')),
  -- JSON text: why, by the id of each event that a room did not let go.
  failures text not null default '{}'
);
