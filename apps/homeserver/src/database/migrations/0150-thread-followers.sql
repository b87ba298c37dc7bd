-- A subscription says since when it is as it is, so that what came before it counts as it did then.

alter table thread_subscription rename column ended_at to since;
update thread_subscription set since = 0 where since is null;
alter table thread_subscription alter column since set not null;
comment on column thread_subscription.since is 'position in the events stream';
create index thread_subscription_followers on thread_subscription (room_id, root) where is_subscribed;
