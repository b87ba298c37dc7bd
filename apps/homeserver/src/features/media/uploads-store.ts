import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../database/sql.ts';

/** A file as its uploader and administrators see it in a list. */
export interface UploadRow {
  readonly media_id: string;
  readonly storage_name: string;
  readonly content_type: string | null;
  readonly file_name: string | null;
  readonly size_bytes: number;
  readonly created_at: number;
  readonly quarantined_by: UserId | null;
  readonly is_protected: boolean;
}

const ORDERS = {
  media_id: fragment`media_id`,
  upload_name: fragment`file_name`,
  created_ts: fragment`created_at`,
  media_length: fragment`size_bytes`,
  media_type: fragment`content_type`,
  quarantined_by: fragment`quarantined_by`,
  safe_from_quarantine: fragment`is_protected`,
} as const satisfies Readonly<Record<string, SqlFragment>>;

export type UploadOrder = keyof typeof ORDERS;

export interface UploadQuery {
  readonly uploader: UserId;
  readonly order: UploadOrder;
  readonly isReversed: boolean;
  readonly offset: number;
  readonly limit: number;
}

const direction = (isReversed: boolean): SqlFragment => (isReversed ? fragment`desc` : fragment`asc`);

/** A page of somebody's files, and how many there are. Ids break ties. */
export async function listUploads(
  tx: ReadTx,
  { uploader, order, isReversed, offset, limit }: UploadQuery,
): Promise<{ readonly files: readonly UploadRow[]; readonly total: number }> {
  const by = fragment`${ORDERS[order]} ${direction(isReversed)}, media_id`;
  const rows = await tx.query<{ readonly total: number } & (UploadRow | { readonly media_id: null })>(sql`
    with wanted as not materialized (
        select media_id, storage_name, content_type, file_name, size_bytes, created_at, quarantined_by,
          protected_by is not null as is_protected
        from media
        where uploader = ${uploader} and state = 'ready'
      ), page as (select * from wanted order by ${by} offset ${offset} limit ${limit})
    select counted.total, page.* from (select count(*) as total from wanted) counted left join page on true order by ${by}`);
  return { files: rows.filter((row) => row.media_id !== null), total: rows[0]?.total ?? 0 };
}

export async function removeUploads(tx: WriteTx, mediaIds: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from media where media_id = any(${mediaIds}::text[])`);
}

/** What somebody's files take up. */
export interface UsageRow {
  readonly user_id: UserId;
  readonly display_name: string | null;
  readonly count: number;
  readonly size_bytes: number;
}

const USAGE_ORDERS = {
  user_id: fragment`user_id`,
  displayname: fragment`display_name`,
  media_length: fragment`size_bytes`,
  media_count: fragment`count`,
} as const satisfies Readonly<Record<string, SqlFragment>>;

export interface UsageQuery {
  readonly order: keyof typeof USAGE_ORDERS;
  readonly isReversed: boolean;
  /** Milliseconds, both inclusive. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Part of the localpart or of the display name, in any case. */
  readonly term?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A page of people with files, and how many there are. Reads everybody's files: nothing for the hot path. */
export async function listUsage(
  tx: ReadTx,
  { order, isReversed, sinceMs, untilMs, term, offset, limit }: UsageQuery,
): Promise<{ readonly people: readonly UsageRow[]; readonly total: number }> {
  const by = fragment`${USAGE_ORDERS[order]} ${direction(isReversed)}, user_id`;
  const rows = await tx.query<{ readonly total: number } & (UsageRow | { readonly user_id: null })>(sql`
    with used as (
        select uploader as user_id, count(*) as count, sum(size_bytes)::bigint as size_bytes from media
        where state = 'ready' and created_at between ${sinceMs} and ${untilMs} group by uploader
      ), wanted as (
        select used.*, p.display_name from used join account using (user_id) left join profile p using (user_id)
        where ${term ?? null}::text is null or position(lower(${term ?? null}::text)
          in lower(concat_ws(chr(10), split_part(substr(user_id, 2), ':', 1), p.display_name))) > 0
      ), page as (select * from wanted order by ${by} offset ${offset} limit ${limit})
    select counted.total, page.* from (select count(*) as total from wanted) counted left join page on true order by ${by}`);
  return { people: rows.filter((row) => row.user_id !== null), total: rows[0]?.total ?? 0 };
}
