-- Why somebody did it, in their own words; asked of those who read in rooms that they are not in.
alter table audit_entry add column reason text;
