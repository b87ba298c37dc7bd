import type { EventId, UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';
import { eventColumns, toStoredEvents, type EventRow } from './event-rows.ts';
import type { StoredEvent } from './stored-event.ts';

/** Whether a user reacted to an event in this way already, by another request than this one. */
export async function hasAnnotation(
  tx: ReadTx,
  annotation: { readonly sender: string; readonly type: string; readonly eventId: string; readonly key: string },
  { sessionKey, txnId }: { readonly sessionKey: string | undefined; readonly txnId: string | undefined },
): Promise<boolean> {
  const { sender, type, eventId, key } = annotation;
  const rows = await tx.query(sql`
    select from event where relates_to = ${eventId} and rel_type = 'm.annotation' and relation_key = ${key} and sender = ${sender} and type = ${type}
      and (session_key = ${sessionKey ?? null}::text and txn_id = ${txnId ?? null}::text) is not true limit 1`);
  return rows.length > 0;
}

/** Whether an event itself says something about another one, as a reaction or an edit does. */
export async function isRelated(tx: ReadTx, eventId: string): Promise<boolean> {
  const rows = await tx.query(sql`select from event where event_id = ${eventId} and rel_type is not null`);
  return rows.length > 0;
}

/** How many events of one kind relate to an event. */
export interface RelationSummary {
  readonly relatesTo: EventId;
  readonly relType: string;
  readonly count: number;
  readonly lastPos: number;
  /** Whether the viewer sent one of them. */
  readonly hasOwn: boolean;
}

/** Who asks about relations, up to which position, and whose they do not want to know of. */
export interface RelationsViewer {
  readonly userId: UserId;
  readonly upTo: number;
  readonly ignored: ReadonlySet<string>;
}

/** The same for events of rooms that keep messages for the same time. */
export interface KeptRelationsViewer extends RelationsViewer {
  /** What was sent then or before, in milliseconds, has expired. */
  readonly expiredUntilMs: number;
}

/** What relates to events, up to a position. Reactions are not summed up: clients are sent each. */
export async function summariseRelations(
  tx: ReadTx,
  eventIds: readonly string[],
  viewer: KeptRelationsViewer,
): Promise<readonly RelationSummary[]> {
  return tx.query(sql`
    select relates_to as "relatesTo", rel_type as "relType", count(*) as count, max(pos) as "lastPos", bool_or(sender = ${viewer.userId}) as "hasOwn"
    from event where relates_to = any(${eventIds}::text[]) and pos <= ${viewer.upTo} and origin_server_ts > ${viewer.expiredUntilMs} and sender <> all(${[...viewer.ignored]}::text[]) and rel_type in ('m.thread', 'm.replace', 'm.reference')
    group by relates_to, rel_type`);
}

export async function listByPositions(tx: ReadTx, positions: readonly number[]): Promise<StoredEvent[]> {
  if (positions.length === 0) return [];
  const rows = await tx.query<EventRow>(
    sql`select ${eventColumns} from event e join room r on r.nid = e.room_nid where e.pos = any(${positions}::bigint[])`,
  );
  return toStoredEvents(tx, rows);
}

/**
 * The edit of each event that counts: of the same sender and type, the newest, by its id where times are equal.
 * https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mreplace-relationships
 */
export async function listLatestEdits(
  tx: ReadTx,
  eventIds: readonly string[],
  { upTo, expiredUntilMs }: KeptRelationsViewer,
): Promise<StoredEvent[]> {
  const rows = await tx.query<EventRow>(sql`
    select distinct on (e.relates_to) ${eventColumns}
    from event e join room r on r.nid = e.room_nid join event original on original.event_id = e.relates_to
    where e.relates_to = any(${eventIds}::text[]) and e.rel_type = 'm.replace' and e.pos <= ${upTo} and e.origin_server_ts > ${expiredUntilMs} and e.sender = original.sender
      and e.type = original.type and e.room_nid = original.room_nid and e.state_key is null and original.state_key is null
    order by e.relates_to, e.origin_server_ts desc, e.event_id desc`);
  return toStoredEvents(tx, rows);
}

/** Ids of the events that refer to events, oldest first. */
export async function listReferences(
  tx: ReadTx,
  eventIds: readonly string[],
  { upTo, ignored, expiredUntilMs }: KeptRelationsViewer,
): Promise<readonly { readonly relatesTo: EventId; readonly eventId: EventId }[]> {
  return tx.query(sql`
    select relates_to as "relatesTo", event_id as "eventId" from event
    where relates_to = any(${eventIds}::text[]) and rel_type = 'm.reference' and pos <= ${upTo} and origin_server_ts > ${expiredUntilMs} and sender <> all(${[...ignored]}::text[]) order by pos limit 1000`);
}

export interface RelationQuery {
  readonly roomNid: number;
  readonly eventId: string;
  readonly relType: string | undefined;
  readonly eventType: string | undefined;
  /** Exclusive and inclusive, as in a timeline. */
  readonly after: number;
  readonly upTo: number;
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
  /** 1: what relates to the event itself; more: what relates to that, and so on. */
  readonly depth: number;
}

/** Events that relate to an event, in the order asked for. */
export async function listRelations(tx: ReadTx, query: RelationQuery): Promise<StoredEvent[]> {
  const { roomNid, eventId, after, upTo, depth } = query;
  const order = query.direction === 'forward' ? fragment`asc` : fragment`desc`;
  const rows = await tx.query<EventRow>(sql`
    with recursive related (pos, event_id, rel_type, type, depth) as (
      select pos, event_id, rel_type, type, 1 from event where relates_to = ${eventId} and room_nid = ${roomNid}
      union
      select e.pos, e.event_id, e.rel_type, e.type, related.depth + 1 from related join event e on e.relates_to = related.event_id
      where related.depth < ${depth} and e.room_nid = ${roomNid}
    )
    select ${eventColumns} from event e join room r on r.nid = e.room_nid
    where e.pos in (
      select pos from related where pos > ${after} and pos <= ${upTo} and (${query.relType ?? null}::text is null or rel_type = ${query.relType ?? null})
        and (${query.eventType ?? null}::text is null or type = ${query.eventType ?? null})
    )
    order by e.pos ${order} limit ${query.limit}`);
  return toStoredEvents(tx, rows);
}

/** The threads of a room with their newest event, the latest active first. */
export async function listThreads(
  tx: ReadTx,
  query: {
    readonly roomNid: number;
    readonly upTo: number;
    readonly participant: string | undefined;
    readonly limit: number;
  },
): Promise<readonly { readonly rootId: EventId; readonly lastPos: number }[]> {
  const { participant } = query;
  // Those who wrote in a thread or began it took part in it.
  return tx.query(sql`
    select e.relates_to as "rootId", max(e.pos) as "lastPos" from event e join event root on root.event_id = e.relates_to and root.room_nid = e.room_nid
    where e.room_nid = ${query.roomNid} and e.rel_type = 'm.thread'
    group by e.relates_to
    having max(e.pos) <= ${query.upTo} and (${participant ?? null}::text is null or bool_or(e.sender = ${participant ?? null}) or bool_or(root.sender = ${participant ?? null}))
    order by 2 desc limit ${query.limit}`);
}

/** Those of the events to which others relate in one of these ways, by one of these users. */
export async function relatedIds(
  tx: ReadTx,
  eventIds: readonly string[],
  {
    relTypes,
    senders,
  }: { readonly relTypes: readonly string[] | undefined; readonly senders: readonly string[] | undefined },
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ relates_to: string }>(sql`
    select distinct relates_to from event where relates_to = any(${eventIds}::text[])
      and (${relTypes ?? null}::text[] is null or rel_type = any(${relTypes ?? null}::text[]))
      and (${senders ?? null}::text[] is null or sender = any(${senders ?? null}::text[]))`);
  return new Set(rows.map((row) => row.relates_to));
}
