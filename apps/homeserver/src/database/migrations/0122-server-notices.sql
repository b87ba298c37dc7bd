-- The account that the server itself speaks with: nobody logs in to it.
alter table account drop constraint account_kind_check;
alter table account add constraint account_kind_check check (kind in ('user', 'guest', 'appservice', 'server'));

-- Where the server tells each person something. Written by features/server-notices alone.
create table server_notice_room (
  user_id text collate "C" primary key,
  room_id text collate "C" not null
);
