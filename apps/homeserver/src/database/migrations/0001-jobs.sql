-- Work to be done after a transaction, at least once. A finished job is deleted; one that failed for good stays, with failed_at.
create table jobs (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  -- At most one job of a kind has a given key.
  key text collate "C",
  -- JSON text, read by the kind's handler.
  payload text not null,
  -- Milliseconds since 1970.
  run_at bigint not null,
  attempts integer not null default 0,
  -- While it is in the future, a worker has the job.
  leased_until bigint not null default 0,
  -- Counts the requests for a key, so that one made while the job runs is not lost.
  generation integer not null default 1,
  -- The error's code or class alone: messages may quote what people wrote.
  last_error text,
  failed_at bigint
);

create unique index jobs_by_key on jobs (kind, key) where key is not null;
create index jobs_due on jobs (run_at) where failed_at is null;
