import type { ReadTx } from '../../../database/database.ts';
import { sql } from '../../../database/sql.ts';

/** An event that names a file in plain text. */
export interface Mention {
  readonly pos: number;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly originServerTs: number;
  readonly origin: string;
  readonly mediaId: string;
}

/** The newest mentions of files in a room, but for the pictures of its members. Reads the table of others and writes none. */
export async function listMentions(tx: ReadTx, roomNid: number, limit: number): Promise<readonly Mention[]> {
  const rows = await tx.query<Omit<Mention, 'stateKey'> & { readonly stateKey: string | null }>(sql`
    select e.pos, e.type, e.state_key as "stateKey", e.origin_server_ts as "originServerTs", found[1] as origin, found[2] as "mediaId"
    from event e, regexp_matches(e.json, 'mxc://([^/"]+)/([A-Za-z0-9_-]+)', 'g') as found
    where e.room_nid = ${roomNid} and e.type <> 'm.room.member' and e.json like '%mxc://%'
    order by e.pos desc limit ${limit}`);
  return rows.map((row) => ({ ...row, stateKey: row.stateKey ?? undefined }));
}

export interface OldFilesQuery {
  /** Milliseconds. */
  readonly beforeMs: number;
  readonly largerThanBytes: number;
  /** Spares pictures of people and rooms. */
  readonly keepsProfiles: boolean;
  readonly limit: number;
}

/**
 * The oldest files that people uploaded before a time, but for protected ones. Pictures that the server itself came by are
 * no business of this: they go with the previews that they belong to.
 */
export async function listOldFiles(tx: ReadTx, serverName: string, query: OldFilesQuery): Promise<readonly string[]> {
  const { beforeMs, largerThanBytes, keepsProfiles, limit } = query;
  const rows = await tx.query<{ media_id: string }>(sql`
    with kept as (
      select found[1] as media_id from profile, regexp_matches(coalesce(avatar_url, '') || custom_fields, 'mxc://[^/"]+/([A-Za-z0-9_-]+)', 'g') as found
      union
      select found[1] from state_interval i join event e on e.pos = i.event_pos, regexp_matches(e.json, 'mxc://[^/"]+/([A-Za-z0-9_-]+)', 'g') as found
      where i.to_pos is null and i.type = 'm.room.avatar'
    )
    select media_id from media
    where state = 'ready' and created_at < ${beforeMs} and size_bytes > ${largerThanBytes} and protected_by is null
      and uploader <> '@:' || ${serverName}::text and (not ${keepsProfiles}::boolean or media_id not in (select media_id from kept))
    order by created_at, media_id limit ${limit}`);
  return rows.map((row) => row.media_id);
}
