-- The administrator who keeps a file from everybody; the file itself stays.
alter table media add column quarantined_by text collate "C";
