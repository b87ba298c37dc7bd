import type { UserId } from '@stafette/protocol';
import type { Database, ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** A file that an event showed, and who sent that event. */
export interface ShownFile {
  readonly mediaId: string;
  readonly sender: UserId;
}

/** Of these files, those that their uploader showed are to be removed: nobody can have another's file deleted. */
export async function insertFilesToRemove(tx: WriteTx, files: readonly ShownFile[]): Promise<void> {
  await tx.execute(sql`
    insert into media_to_remove (media_id)
    select distinct m.media_id from unnest(${files.map((file) => file.mediaId)}::text[], ${files.map((file) => file.sender)}::text[]) as shown (media_id, sender)
    join media m on m.media_id = shown.media_id and m.uploader = shown.sender
    on conflict do nothing`);
}

export async function removeMentions(tx: WriteTx, positions: readonly number[]): Promise<void> {
  await tx.execute(sql`delete from media_mention where event_pos = any(${positions}::bigint[])`);
}

export async function hasFilesToRemove(tx: ReadTx): Promise<boolean> {
  return (await tx.find(sql`select from media_to_remove limit 1`)) !== undefined;
}

export async function findMentionProgress(tx: ReadTx): Promise<number> {
  return (await tx.find<{ pos: number }>(sql`select pos from media_mention_progress`))?.pos ?? 0;
}

/** Notes which events in `(after, upTo]` speak of which files, wherever in their text. */
export async function insertMentions(tx: WriteTx, after: number, upTo: number): Promise<void> {
  await tx.execute(sql`
    insert into media_mention (media_id, event_pos)
    select found[1], e.pos from event e, regexp_matches(e.json, 'mxc://[^/"]+/([A-Za-z0-9_-]+)', 'g') as found
    where e.pos > ${after} and e.pos <= ${upTo} and e.json like '%mxc://%'
    on conflict do nothing`);
  await tx.execute(sql`update media_mention_progress set pos = ${upTo} where pos < ${upTo}`);
}

/** Files to remove of which no event, profile or account data speaks any more. */
export async function listUnmentionedFiles(tx: ReadTx, limit: number): Promise<readonly string[]> {
  const rows = await tx.query<{ media_id: string }>(sql`
    with kept as (
      select found[1] as media_id from profile, regexp_matches(coalesce(avatar_url, '') || custom_fields, 'mxc://[^/"]+/([A-Za-z0-9_-]+)', 'g') as found
      union
      select found[1] from account_data, regexp_matches(content, 'mxc://[^/"]+/([A-Za-z0-9_-]+)', 'g') as found
      where content like '%mxc://%'
    )
    select c.media_id from media_to_remove c
    where not exists (
        select from media_mention m join event e on e.pos = m.event_pos
        where m.media_id = c.media_id and position(c.media_id in e.json) > 0)
      and c.media_id not in (select media_id from kept)
    limit ${limit}`);
  return rows.map((row) => row.media_id);
}

export async function removeFilesToRemove(database: Database, mediaId: string): Promise<void> {
  await database.execute(sql`delete from media_to_remove where media_id = ${mediaId}`);
}
