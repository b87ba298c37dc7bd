import { findRoomVersion, type EventId, type RoomId, type RoomVersion, type UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';
import { StoredEvent } from './stored-event.ts';

/** The columns of an {@link EventRow}, for a select over `event e join room r on r.nid = e.room_nid`. */
export const eventColumns = fragment`e.pos, e.room_nid, r.id as room_id, r.version, e.event_id, e.type, e.state_key, e.sender, e.origin_server_ts,
  e.depth, e.json, e.content_from, e.content_to, e.replaces_state, e.redacted_by, e.relates_to, e.rel_type, e.relation_key, e.unread_flags,
  e.notify_seq, e.session_key, e.txn_id`;

export interface EventRow {
  readonly pos: number;
  readonly room_nid: number;
  readonly room_id: RoomId;
  readonly version: string;
  readonly event_id: EventId;
  readonly type: string;
  readonly state_key: string | null;
  readonly sender: UserId;
  readonly origin_server_ts: number;
  readonly depth: number;
  readonly json: string;
  readonly content_from: number;
  readonly content_to: number;
  readonly replaces_state: EventId | null;
  readonly redacted_by: EventId | null;
  readonly relates_to: string | null;
  readonly rel_type: string | null;
  readonly relation_key: string | null;
  readonly unread_flags: number;
  readonly notify_seq: number;
  readonly session_key: string | null;
  readonly txn_id: string | null;
}

/** The version of a stored room; its text was checked when the room was made. */
export function versionOf(id: string): RoomVersion {
  const version = findRoomVersion(id);
  if (version === undefined) throw new Error(`a stored room has the unknown version ${id}`);
  return version;
}

const fieldsOf = (row: EventRow): ConstructorParameters<typeof StoredEvent>[0] => ({
  pos: row.pos,
  roomNid: row.room_nid,
  roomId: row.room_id,
  version: versionOf(row.version),
  eventId: row.event_id,
  type: row.type,
  stateKey: row.state_key ?? undefined,
  sender: row.sender,
  originServerTs: row.origin_server_ts,
  depth: row.depth,
  json: row.json,
  contentFrom: row.content_from,
  contentTo: row.content_to,
  unreadFlags: row.unread_flags,
  notifySeq: row.notify_seq,
  relatesTo:
    row.relates_to === null || row.rel_type === null
      ? undefined
      : { eventId: row.relates_to, relType: row.rel_type, key: row.relation_key ?? undefined },
  replacesState: row.replaces_state ?? undefined,
  redactedBy: row.redacted_by ?? undefined,
  transaction:
    row.session_key === null || row.txn_id === null ? undefined : { sessionKey: row.session_key, txnId: row.txn_id },
});

async function readRows(tx: ReadTx, eventIds: readonly string[]): Promise<readonly EventRow[]> {
  return tx.query<EventRow>(
    sql`select ${eventColumns} from event e join room r on r.nid = e.room_nid where e.event_id = any(${eventIds}::text[])`,
  );
}

/**
 * Makes events of rows, with what readers are told beside them: the redaction that emptied an event, the content that a
 * state event replaced. One more query where any row asks for it.
 */
export async function toStoredEvents(tx: ReadTx, rows: readonly EventRow[]): Promise<StoredEvent[]> {
  const wanted = new Set<string>();
  for (const row of rows) {
    if (row.redacted_by !== null) wanted.add(row.redacted_by);
    if (row.replaces_state !== null) wanted.add(row.replaces_state);
  }
  const related = new Map<string, StoredEvent>();
  if (wanted.size > 0)
    for (const row of await readRows(tx, [...wanted])) related.set(row.event_id, new StoredEvent(fieldsOf(row)));
  return rows.map(
    (row) =>
      new StoredEvent(fieldsOf(row), {
        redactedBecause: row.redacted_by === null ? undefined : related.get(row.redacted_by),
        previousContent: row.replaces_state === null ? undefined : related.get(row.replaces_state)?.contentJson,
      }),
  );
}

/** Events by id, in no order; unknown ids are left out. */
export async function listEvents(tx: ReadTx, eventIds: readonly string[]): Promise<StoredEvent[]> {
  return eventIds.length === 0 ? [] : toStoredEvents(tx, await readRows(tx, eventIds));
}
