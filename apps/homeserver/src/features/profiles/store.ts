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

export const findMany = async (tx: ReadTx, userIds: readonly UserId[]): Promise<readonly ProfileRow[]> =>
  tx.query(sql`
    select user_id, display_name, avatar_url, custom_fields from profile where user_id = any(${userIds}::text[])`);

export async function findLastPosition(tx: ReadTx): Promise<number> {
  const row = await tx.find<{ last: number | null }>(sql`select max(position) as last from profile_change`);
  return row?.last ?? 0;
}

export async function putChanges(
  tx: WriteTx,
  userId: UserId,
  fields: readonly string[],
  position: number,
): Promise<void> {
  await tx.execute(sql`
    insert into profile_change (user_id, field, position) select ${userId}, field, ${position} from unnest(${fields}::text[]) as field
    on conflict (user_id, field) do update set position = excluded.position`);
}

/** Whose fields changed in `(after, upTo]`. */
export const listChanges = async (
  tx: ReadTx,
  after: number,
  upTo: number,
): Promise<readonly { readonly userId: UserId; readonly fields: readonly string[] }[]> =>
  tx.query(sql`
    select user_id as "userId", array_agg(field order by field) as fields from profile_change
    where position > ${after} and position <= ${upTo} group by user_id`);

export async function removeChanges(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(sql`delete from profile_change where user_id = ${userId}`);
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

/** How people are looked for; everything is folded. */
export interface PeopleQuery {
  readonly term: string;
  /** Each begins a word of the name. Letters and digits alone: they become part of a query. */
  readonly words: readonly string[];
  readonly limit: number;
}

/**
 * People of this server by the beginnings of words of their names or the beginning of their user id: first whom the term
 * names exactly, then those whose names begin with it.
 */
export async function search(tx: ReadTx, { term, words, limit }: PeopleQuery): Promise<DirectoryRow[]> {
  const prefixes = words.map((word) => `'${word}':*`).join(' & ');
  const idPrefix = term.startsWith('@') ? term : `@${term}`;
  return tx.query(sql`
    with found as (
      select user_id from profile
      where ${prefixes} <> '' and to_tsvector('simple', translate(search_text, '.-_@+/=', '       ')) @@ to_tsquery('simple', ${prefixes})
      union
      select user_id from account where user_id >= ${idPrefix} and user_id < ${`${idPrefix}\u{10ffff}`}
    )
    select user_id, display_name, avatar_url
    from found join account using (user_id) left join profile using (user_id)
    where deactivated_at is null and kind = 'user'
    order by (${term} = any(string_to_array(search_text, E'\n')) or user_id = ${idPrefix}) desc nulls last,
      starts_with(coalesce(search_text, ''), ${term}) desc, display_name nulls last, user_id
    limit ${limit}`);
}
