-- What people reported to the administrators. Written by features/reports alone.

create table report (
  report_id bigint generated always as identity primary key,
  kind text not null check (kind in ('room', 'event', 'user')),
  reporter text collate "C" not null,
  reported_at bigint not null,
  -- The room, also of an event.
  room_id text collate "C",
  event_id text collate "C",
  -- The reported person; of an event, its sender.
  user_id text collate "C",
  reason text not null,
  -- -100 is the most offensive; older clients say so.
  score integer,
  status text not null default 'open' check (status in ('open', 'resolved')),
  resolved_by text collate "C",
  resolved_at bigint
);
-- Somebody who reports the same thing again renews what they said.
create unique index report_once on report (reporter, kind, room_id, event_id, user_id) nulls not distinct where status = 'open';
