import type { JsonObject, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export interface ProfileRow {
  readonly user_id: UserId;
  readonly display_name: string | null;
  readonly avatar_url: string | null;
  readonly custom_fields: string;
}

export async function find(tx: ReadTx, userId: UserId): Promise<ProfileRow | undefined> {
  return tx.find(sql`
    select user_id, display_name, avatar_url, custom_fields from profile where user_id = ${userId}`);
}

export async function findForUpdate(tx: WriteTx, userId: UserId): Promise<ProfileRow | undefined> {
  await tx.execute(sql`insert into profile (user_id) values (${userId}) on conflict do nothing`);
  return tx.find(sql`
    select user_id, display_name, avatar_url, custom_fields from profile where user_id = ${userId} for update`);
}

export async function update(
  tx: WriteTx,
  userId: UserId,
  profile: {
    readonly displayName: string | undefined;
    readonly avatarUrl: string | undefined;
    readonly customFields: JsonObject;
  },
  searchText: string,
): Promise<void> {
  await tx.execute(sql`
    update profile set display_name = ${profile.displayName ?? null}, avatar_url = ${profile.avatarUrl ?? null},
      custom_fields = ${JSON.stringify(profile.customFields)}, search_text = ${searchText}
    where user_id = ${userId}`);
}

export async function remove(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from profile where user_id = ${userId}`);
}

export interface DirectoryRow {
  readonly user_id: UserId;
  readonly display_name: string | null;
  readonly avatar_url: string | null;
}

/** People of this server whose folded names or whose user id contain a text, those that begin with it first. */
export async function search(tx: ReadTx, foldedTerm: string, limit: number): Promise<DirectoryRow[]> {
  return tx.query(sql`
    select user_id, display_name, avatar_url
    from account left join profile using (user_id)
    where deactivated_at is null and kind = 'user'
      and (strpos(coalesce(search_text, ''), ${foldedTerm}) > 0 or strpos(user_id, ${foldedTerm}) > 0)
    order by starts_with(coalesce(search_text, ''), ${foldedTerm}) desc, display_name nulls last, user_id
    limit ${limit}`);
}
