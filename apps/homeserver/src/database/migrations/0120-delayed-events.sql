-- Events that people want sent later, and for some days what became of them. Written by features/delayed-events alone.
create table delayed_event (
  -- Unguessable: whoever knows it may hurry, postpone or cancel the event.
  delay_id text collate "C" primary key,
  user_id text collate "C" not null,
  -- A repeated request finds the row that the first one made.
  session_key text collate "C" not null,
  txn_id text collate "C",
  room_id text collate "C" not null,
  type text collate "C" not null,
  -- Null for a message event.
  state_key text collate "C",
  -- JSON text.
  content text not null,
  delay_ms bigint not null,
  -- When the delay began: at the request, or the last time it was begun anew.
  scheduled_at bigint not null,
  -- Null while it waits.
  finalised_at bigint,
  event_id text collate "C",
  -- JSON text of the error that ended it; neither this nor an event: cancelled.
  error text
);
create index delayed_event_due on delayed_event ((scheduled_at + delay_ms)) where finalised_at is null;
create index delayed_event_by_user on delayed_event (user_id);
create unique index delayed_event_by_transaction on delayed_event (session_key, room_id, type, txn_id) where txn_id is not null;
