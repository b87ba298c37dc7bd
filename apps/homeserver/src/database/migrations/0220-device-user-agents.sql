-- What the program of a device says that it is, as it said with its last request.
alter table device add column last_seen_user_agent text;
