-- Which threads people follow. Written by features/thread-subscriptions alone.

create table thread_subscription (
  user_id text collate "C" not null references account,
  room_id text collate "C" not null,
  -- Event id of the thread's root.
  root text collate "C" not null,
  is_subscribed boolean not null,
  -- Made by a client when its user was mentioned, and not by the user.
  is_automatic boolean not null,
  -- Position in the events stream when the user last ended the subscription: what is older does not begin it again.
  ended_at bigint,
  position bigint not null,
  primary key (user_id, room_id, root)
);
create index thread_subscription_by_position on thread_subscription (user_id, position);
create index thread_subscription_position on thread_subscription (position);
