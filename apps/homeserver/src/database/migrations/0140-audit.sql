-- What administrators did: who, what, to whom or what, and when. Never content. Rows are added and read, not changed.
create table audit_entry (
  entry_id bigint generated always as identity primary key,
  -- Milliseconds since 1970.
  noted_at bigint not null,
  actor text collate "C" not null,
  -- Area and verb, such as `room.block`.
  action text collate "C" not null,
  -- An identifier: of a user, a room, an event, a file, a report.
  target text collate "C" not null
);
create index audit_entry_by_actor on audit_entry (actor, entry_id);
create index audit_entry_by_target on audit_entry (target, entry_id);
