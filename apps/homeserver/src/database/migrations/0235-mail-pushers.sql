-- Pushers that tell people by mail of what they have not read for a while.

alter table pusher drop constraint pusher_kind_check;
alter table pusher add constraint pusher_kind_check check (kind in ('http', 'webpush', 'email'));
