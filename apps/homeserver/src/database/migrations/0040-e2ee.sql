-- End-to-end encryption: what devices publish and exchange. The server stores and hands out; it can read none of it.

create table device_key (
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  -- As uploaded, without `unsigned`.
  json text not null,
  primary key (user_id, device_id)
);

create table one_time_key (
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  algorithm text collate "C" not null,
  key_id text collate "C" not null,
  json text not null,
  -- Keys are handed out in the order of their upload.
  ordinal bigint generated always as identity,
  primary key (user_id, device_id, algorithm, key_id)
);
create index one_time_key_by_age on one_time_key (user_id, device_id, algorithm, ordinal);

create table fallback_key (
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  algorithm text collate "C" not null,
  key_id text collate "C" not null,
  json text not null,
  is_used boolean not null default false,
  primary key (user_id, device_id, algorithm)
);

create table cross_signing_key (
  user_id text collate "C" not null,
  usage text collate "C" not null check (usage in ('master', 'self_signing', 'user_signing')),
  public_key text collate "C" not null,
  json text not null,
  primary key (user_id, usage)
);

-- Signatures that were added to a key after its upload; merged into the key when it is read.
create table key_signature (
  target_user_id text collate "C" not null,
  -- A device id, or the public key of a cross-signing key.
  target_key text collate "C" not null,
  signer_user_id text collate "C" not null,
  signer_key_id text collate "C" not null,
  signature text collate "C" not null,
  primary key (target_user_id, target_key, signer_user_id, signer_key_id)
);
create index key_signature_by_signer on key_signature (signer_user_id, signer_key_id);

-- The last change of each user, whoever is interested: readers intersect it with the users they share rooms with.
create table device_list_change (
  position bigint primary key,
  user_id text collate "C" not null,
  -- The only one who can see the difference, as with a signature that its maker alone may know; null for everybody.
  audience text collate "C"
);
create index device_list_change_by_user on device_list_change (user_id, position);

-- Delivered messages are deleted, so their positions cannot be learned from the table. Each start of the server takes the
-- next epoch, and positions continue at epoch * 2^32: none is ever used twice.
create sequence to_device_epoch;

create table to_device_message (
  user_id text collate "C" not null,
  device_id text collate "C" not null,
  position bigint not null,
  -- `{ content, sender, type }` as the client receives it.
  json text not null,
  primary key (user_id, device_id, position)
);

-- What a session sent already, so that a repeated request sends nothing twice.
create table to_device_transaction (
  session_key text collate "C" not null,
  txn_id text collate "C" not null,
  sent_at bigint not null,
  primary key (session_key, txn_id)
);
create index to_device_transaction_by_age on to_device_transaction (sent_at);

create table key_backup (
  user_id text collate "C" not null,
  version bigint not null,
  algorithm text not null,
  auth_data text not null,
  -- Changes with every write to the backup's sessions.
  etag bigint not null default 0,
  is_deleted boolean not null default false,
  primary key (user_id, version)
);

create table key_backup_session (
  user_id text collate "C" not null,
  version bigint not null,
  room_id text collate "C" not null,
  session_id text collate "C" not null,
  first_message_index bigint not null,
  forwarded_count bigint not null,
  is_verified boolean not null,
  session_data text not null,
  primary key (user_id, version, room_id, session_id),
  foreign key (user_id, version) references key_backup
);
