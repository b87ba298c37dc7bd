-- Who was in a room that was deleted: devices that were away when they had to leave hear from here that they did.
create table departure (
  user_id text collate "C" not null,
  room_id text collate "C" not null,
  -- Of the user's last member event in the room, which is deleted.
  pos bigint not null,
  membership text not null,
  event_id text collate "C" not null,
  sender text collate "C" not null,
  sent_at bigint not null,
  primary key (user_id, room_id)
);
