-- Sending notifications to where the pushers of users say.

alter table pusher
  add column id bigint generated always as identity,
  add column kind text collate "C" not null default 'http' check (kind in ('http', 'webpush')),
  -- Switched off, it stays and gets nothing.
  add column is_enabled boolean not null default true,
  -- Where the events stream stood when the pusher was made: what came before is not notified of.
  add column since_pos bigint not null default 0,
  -- A Web Push address gets nothing until its owner has returned the token that was sent there.
  add column is_activated boolean not null default true,
  add column ack_token_hash bytea,
  add column ack_expires_at bigint;
create unique index pusher_by_id on pusher (id);

-- Notifications that are to be delivered. As long as deliveries to a pusher fail it has one row, its newest.
create table push_pending (
  pusher_id bigint not null references pusher (id) on delete cascade,
  event_pos bigint not null,
  event_id text collate "C" not null,
  -- JSON text of the tweaks that the user's rules gave.
  tweaks text not null,
  -- Scheme, host and port of where it goes.
  gateway text collate "C" not null,
  queued_at bigint not null,
  failures integer not null default 0,
  -- Not before; milliseconds.
  due_at bigint not null default 0,
  primary key (pusher_id, event_pos)
);
create index push_pending_by_age on push_pending (event_pos);
create index push_pending_by_gateway on push_pending (gateway);

-- Up to which position of the events stream the notifications are in the table above.
create table push_mark (
  only_row boolean primary key default true check (only_row),
  event_pos bigint not null
);
insert into push_mark (event_pos) select coalesce(max(pos), 0) from event;

-- The key by which push services know this server (RFC 8292).
create table push_vapid_key (
  only_row boolean primary key default true check (only_row),
  private_key bytea not null
);
