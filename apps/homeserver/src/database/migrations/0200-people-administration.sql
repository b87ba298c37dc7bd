-- What administrators say about accounts, and what they are found by. Written by features/identity alone.

-- Absent for ordinary people.
alter table account add column user_type text collate "C" check (user_type in ('bot', 'support'));
-- When somebody who ended asked for everything about them to be forgotten.
alter table account add column erased_at bigint;
create index account_by_creation on account (created_at, user_id);
create index account_administrator on account (user_id) where is_admin;
