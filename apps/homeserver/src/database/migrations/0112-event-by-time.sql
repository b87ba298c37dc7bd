-- Finds the event closest to a time. Rows of a room come in the order of time nearly always, so that each send adds to the
-- end of what is there.
create index event_by_time on event (room_nid, origin_server_ts, pos);
