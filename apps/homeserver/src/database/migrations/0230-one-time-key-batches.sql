-- One-time keys arrive by the fifty and leave one by one: what was uploaded together is one row, and how many of it are
-- gone is a number, so that an upload writes a row instead of fifty, and a claim changes a small one.
create table one_time_key_batch (
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  algorithm text collate "C" not null,
  -- Batches are used up in the order of their upload, and the keys of one in their order.
  ordinal bigint generated always as identity,
  key_ids text[] collate "C" not null,
  -- JSON texts, of as many keys.
  keys text[] not null,
  -- The first of them, that belong to others by now; a batch that is used up is deleted.
  handed_out integer not null default 0,
  primary key (user_id, device_id, algorithm, ordinal)
) with (fillfactor = 80);
-- Keys are random: compressing them costs time and saves nothing.
alter table one_time_key_batch alter column keys set storage external;

insert into one_time_key_batch (user_id, device_id, algorithm, key_ids, keys)
select user_id, device_id, algorithm, array_agg(key_id order by ordinal), array_agg(json order by ordinal)
from one_time_key group by user_id, device_id, algorithm;

drop table one_time_key;
