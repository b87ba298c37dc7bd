-- Devices that only receive: a person's keys for the time when all others are lost. Nobody logs in with one.
alter table device add column is_dormant boolean not null default false;

-- The sealed private part, which its owner alone can open. Written by features/dehydrated-devices alone.
create table dehydrated_device (
  user_id text collate "C" primary key,
  device_id text collate "C" not null,
  -- JSON text.
  device_data text not null
);
