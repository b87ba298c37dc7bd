-- How far each application service was told what happened.
create table appservice_progress (
  service_id text collate "C" primary key,
  -- Everything in the events stream up to here was delivered, or is in the pending transaction, or was of no interest.
  position bigint not null,
  -- Of the last transaction that was made; it names the transaction to the service.
  transaction_number bigint not null,
  -- The transaction that the service has not acknowledged, as it was and will be sent: a repetition never differs.
  pending text
);

-- Rooms that a service lists for a network that it bridges.
create table network_room (
  service_id text collate "C" not null,
  network_id text collate "C" not null,
  room_nid bigint not null,
  primary key (service_id, network_id, room_nid)
);
