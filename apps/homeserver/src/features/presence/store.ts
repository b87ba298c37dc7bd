import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import type { StoredPerson } from './person.ts';

export async function listAll(tx: ReadTx): Promise<readonly StoredPerson[]> {
  const rows = await tx.query<Omit<StoredPerson, 'statusMsg'> & { readonly statusMsg: string | null }>(sql`
    select user_id as "userId", state, status_msg as "statusMsg", last_active_at as "lastActiveMs", position
    from presence`);
  return rows.map((row) => ({ ...row, statusMsg: row.statusMsg ?? undefined }));
}

export async function putAll(tx: WriteTx, people: readonly StoredPerson[]): Promise<void> {
  await tx.execute(sql`
    insert into presence (user_id, state, status_msg, last_active_at, position)
    select * from unnest(
      ${people.map((person) => person.userId)}::text[], ${people.map((person) => person.state)}::text[],
      ${people.map((person) => person.statusMsg ?? null)}::text[],
      ${people.map((person) => person.lastActiveMs)}::bigint[], ${people.map((person) => person.position)}::bigint[])
    on conflict (user_id) do update
      set state = excluded.state, status_msg = excluded.status_msg, last_active_at = excluded.last_active_at,
        position = excluded.position`);
}

/** The row stays, for its position: those after a restart are beyond any that a client has. */
export async function clear(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`
    update presence set state = 'offline', status_msg = null, last_active_at = 0 where user_id = ${userId}`);
}
