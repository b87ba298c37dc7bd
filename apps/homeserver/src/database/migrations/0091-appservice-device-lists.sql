-- Up to where in the stream of device lists the service was told; null for one that never asked.
alter table appservice_progress add column device_lists_position bigint;
