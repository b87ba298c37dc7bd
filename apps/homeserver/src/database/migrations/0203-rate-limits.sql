-- People whose messages are limited otherwise than everybody's. Written by features/administration alone.
create table rate_limit_override (
  user_id text collate "C" primary key references account,
  -- 0: nothing of theirs is limited.
  messages_per_second bigint not null,
  burst_count bigint not null
);
