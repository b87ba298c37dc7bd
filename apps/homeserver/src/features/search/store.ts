import type { EventId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

export const SEARCH_KEYS = ['content.body', 'content.name', 'content.topic'] as const;
export type SearchKey = (typeof SEARCH_KEYS)[number];

export interface SearchEntry {
  readonly pos: number;
  readonly roomNid: number;
  readonly key: SearchKey;
  readonly hasUrl: boolean;
  /** Folded, without NUL. */
  readonly text: string;
}

/** The position in the events stream up to which everything is indexed. */
export async function findProgress(tx: ReadTx): Promise<number> {
  return (await tx.find<{ pos: number }>(sql`select pos from search_progress`))?.pos ?? 0;
}

export async function updateProgress(tx: WriteTx, pos: number): Promise<void> {
  await tx.execute(sql`update search_progress set pos = ${pos} where pos < ${pos}`);
}

/**
 * An entry that is there already stays. An event that was deleted meanwhile gets none, and one that is being deleted waits
 * until its entry is there to be deleted too.
 */
export async function insertEntries(tx: WriteTx, entries: readonly SearchEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.execute(sql`
    insert into search_entry (pos, room_nid, key, has_url, words)
    select pos, room_nid, key, has_url, to_tsvector('simple', body)
    from unnest(${entries.map((entry) => entry.pos)}::bigint[], ${entries.map((entry) => entry.roomNid)}::bigint[],
      ${entries.map((entry) => entry.key)}::text[], ${entries.map((entry) => entry.hasUrl)}::boolean[],
      ${entries.map((entry) => entry.text)}::text[]) as entry (pos, room_nid, key, has_url, body)
    where pos in (select pos from event where pos = any(${entries.map((entry) => entry.pos)}::bigint[]) for key share)
    on conflict (pos) do nothing`);
}

export async function removeEntries(tx: WriteTx, positions: readonly number[]): Promise<void> {
  if (positions.length === 0) return;
  await tx.execute(sql`delete from search_entry where pos = any(${positions}::bigint[])`);
}

export interface SearchMatch {
  readonly pos: number;
  readonly roomNid: number;
  readonly rank: number;
  readonly hasUrl: boolean;
  readonly type: string;
  readonly stateKey: string | null;
  readonly relType: string | null;
  readonly originServerTs: number;
  readonly sender: UserId;
  readonly eventId: EventId;
}

/**
 * The newest events of the rooms that hold the words of a term, newest first. The term is a parameter of a parser that
 * takes any text; one that only says what must not be there finds nothing, instead of reading the whole index.
 */
export async function listMatches(
  tx: ReadTx,
  query: {
    readonly foldedTerm: string;
    readonly roomNids: readonly number[];
    readonly keys: readonly SearchKey[];
    readonly upTo: number;
    readonly limit: number;
  },
): Promise<readonly SearchMatch[]> {
  return tx.query(sql`
    select s.pos, s.room_nid as "roomNid", ts_rank(s.words, wanted.terms)::float8 as rank, s.has_url as "hasUrl",
      e.type, e.state_key as "stateKey", e.rel_type as "relType", e.origin_server_ts as "originServerTs", e.sender, e.event_id as "eventId"
    from websearch_to_tsquery('simple', ${query.foldedTerm}) as wanted (terms)
    join search_entry s on s.words @@ wanted.terms
    join event e on e.pos = s.pos
    where querytree(wanted.terms) not in ('', 'T') and s.room_nid = any(${query.roomNids}::bigint[]) and s.key = any(${query.keys}::text[])
      and s.pos <= ${query.upTo} and e.redacted_by is null
    order by s.pos desc limit ${query.limit}`);
}
