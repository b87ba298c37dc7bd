import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** JSON text of the newest preview that is not older. */
export async function findPreview(tx: ReadTx, urlHash: Uint8Array, sinceMs: number): Promise<string | undefined> {
  const row = await tx.find<{ json: string }>(sql`
    select json from url_preview where url_hash = ${urlHash} and fetched_at > ${sinceMs} order by fetched_at desc, id desc limit 1`);
  return row?.json;
}

export async function insertPreview(
  tx: WriteTx,
  urlHash: Uint8Array,
  json: string,
  mediaId: string | undefined,
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`
    insert into url_preview (url_hash, json, media_id, fetched_at) values (${urlHash}, ${json}, ${mediaId ?? null}, ${nowMs})`);
}

/** Removes previews that are older, oldest first; the ids of their pictures, null for those without. */
export async function removeOld(
  tx: WriteTx,
  beforeMs: number,
  limit: number,
): Promise<readonly { readonly media_id: string | null }[]> {
  return tx.query(sql`
    delete from url_preview where id in (select id from url_preview where fetched_at <= ${beforeMs} order by fetched_at limit ${limit})
    returning media_id`);
}

/** Lets previews of pages be as good as gone; the next chore removes them with their pictures. */
export async function expirePreviews(tx: WriteTx, urlHashes: readonly Uint8Array[]): Promise<void> {
  await tx.execute(sql`update url_preview set json = '{}', fetched_at = 0 where url_hash = any(${urlHashes}::bytea[])`);
}
