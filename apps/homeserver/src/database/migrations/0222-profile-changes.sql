-- When each field of a profile changed last, for devices that show other people's profiles.
create table profile_change (
  user_id text collate "C" not null,
  field text collate "C" not null,
  position bigint not null,
  primary key (user_id, field)
);
create index profile_change_position on profile_change (position);
