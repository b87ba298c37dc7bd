import { sql, type Statement } from '../../database/sql.ts';
import type { EventBatch } from './event-batch.ts';

/** Between the texts of events in one parameter; canonical JSON escapes it, so that no event holds it. */
const SEPARATOR = '\x1e';

const column = <Row, Value>(rows: readonly Row[], value: (row: Row) => Value): Value[] => rows.map(value);

/**
 * The one statement that makes a batch durable. A batch of nothing but messages, which nearly all are, takes a shorter
 * one.
 */
export function writeStatement(batch: EventBatch): Statement {
  const isPlain = batch.opened.length === 0 && batch.redacted.length === 0 && batch.rooms.every((room) => !room.isNew);
  return isPlain ? writeMessages(batch) : writeEverything(batch);
}

function eventColumns({ events }: EventBatch) {
  return {
    pos: column(events, (event) => event.pos),
    room: column(events, (event) => event.roomNid),
    id: column(events, (event) => event.eventId),
    type: column(events, (event) => event.type),
    stateKey: column(events, (event) => event.stateKey ?? null),
    sender: column(events, (event) => event.sender),
    ts: column(events, (event) => event.originServerTs),
    depth: column(events, (event) => event.depth),
    json: column(events, (event) => event.json).join(SEPARATOR),
    from: column(events, (event) => event.contentFrom),
    to: column(events, (event) => event.contentTo),
    replaces: column(events, (event) => event.replacesState ?? null),
    redacts: column(events, (event) => (event.type === 'm.room.redaction' ? (event.pdu.redacts ?? null) : null)),
    relatesTo: column(events, (event) => event.relatesTo?.eventId ?? null),
    relType: column(events, (event) => event.relatesTo?.relType ?? null),
    relationKey: column(events, (event) => event.relatesTo?.key?.replaceAll('\0', '') ?? null),
    flags: column(events, (event) => event.unreadFlags),
    seq: column(events, (event) => event.notifySeq),
    session: column(events, (event) => event.transaction?.sessionKey ?? null),
    txn: column(events, (event) => event.transaction?.txnId ?? null),
  };
}

function writeMessages(batch: EventBatch): Statement {
  const c = eventColumns(batch);
  const { rooms } = batch;
  return sql`
    with written as (
      insert into event (pos, room_nid, event_id, type, sender, origin_server_ts, depth, json, content_from, content_to, relates_to, rel_type, relation_key, unread_flags, notify_seq, session_key, txn_id)
      select * from unnest(${c.pos}::bigint[], ${c.room}::bigint[], ${c.id}::text[], ${c.type}::text[], ${c.sender}::text[], ${c.ts}::bigint[], ${c.depth}::bigint[],
        string_to_array(${c.json}::text, ${SEPARATOR}), ${c.from}::integer[], ${c.to}::integer[], ${c.relatesTo}::text[], ${c.relType}::text[], ${c.relationKey}::text[],
        ${c.flags}::smallint[], ${c.seq}::integer[], ${c.session}::text[], ${c.txn}::text[])
    )
    update room set extremities = array[head.event_id], depth = head.depth, notify_seq = head.notify_seq
    from unnest(${column(rooms, (room) => room.nid)}::bigint[], ${column(rooms, (room) => room.extremities)}::text[],
      ${column(rooms, (room) => room.depth)}::bigint[], ${column(rooms, (room) => room.notifySeq)}::integer[]) as head (nid, event_id, depth, notify_seq)
    where room.nid = head.nid`;
}

function writeEverything(batch: EventBatch): Statement {
  const c = eventColumns(batch);
  const { closed, opened, memberships, redacted } = batch;
  const fresh = batch.rooms.filter((room) => room.isNew);
  const rooms = batch.rooms.filter((room) => !room.isNew);
  return sql`
    with written as (
      insert into event (pos, room_nid, event_id, type, state_key, sender, origin_server_ts, depth, json, content_from, content_to, replaces_state, redacts, relates_to, rel_type, relation_key, unread_flags, notify_seq, session_key, txn_id)
      select * from unnest(${c.pos}::bigint[], ${c.room}::bigint[], ${c.id}::text[], ${c.type}::text[], ${c.stateKey}::text[], ${c.sender}::text[], ${c.ts}::bigint[], ${c.depth}::bigint[],
        string_to_array(${c.json}::text, ${SEPARATOR}), ${c.from}::integer[], ${c.to}::integer[], ${c.replaces}::text[], ${c.redacts}::text[], ${c.relatesTo}::text[], ${c.relType}::text[], ${c.relationKey}::text[],
        ${c.flags}::smallint[], ${c.seq}::integer[], ${c.session}::text[], ${c.txn}::text[])
    ), made as (
      insert into room (nid, id, version, extremities, depth, notify_seq)
      select nid, id, version, array[event_id], depth, notify_seq
      from unnest(${column(fresh, (room) => room.nid)}::bigint[], ${column(fresh, (room) => room.id)}::text[], ${column(fresh, (room) => room.version)}::text[],
        ${column(fresh, (room) => room.extremities)}::text[], ${column(fresh, (room) => room.depth)}::bigint[], ${column(fresh, (room) => room.notifySeq)}::integer[])
        as head (nid, id, version, event_id, depth, notify_seq)
    ), closed as (
      update state_interval set to_pos = ended.to_pos
      from unnest(${column(closed, (row) => row.roomNid)}::bigint[], ${column(closed, (row) => row.type)}::text[], ${column(closed, (row) => row.stateKey)}::text[],
        ${column(closed, (row) => row.toPos)}::bigint[]) as ended (room_nid, type, state_key, to_pos)
      where state_interval.room_nid = ended.room_nid and state_interval.type = ended.type and state_interval.state_key = ended.state_key
        and state_interval.to_pos is null
    ), opened as (
      insert into state_interval (room_nid, type, state_key, from_pos, to_pos, event_pos, value)
      select room_nid, type, state_key, from_pos, to_pos, from_pos, value
      from unnest(${column(opened, (row) => row.roomNid)}::bigint[], ${column(opened, (row) => row.type)}::text[], ${column(opened, (row) => row.stateKey)}::text[],
        ${column(opened, (row) => row.fromPos)}::bigint[], ${column(opened, (row) => row.toPos)}::bigint[], ${column(opened, (row) => row.value)}::text[])
        as row (room_nid, type, state_key, from_pos, to_pos, value)
    ), members as (
      insert into membership (user_id, room_nid, membership, event_pos, event_id, sender)
      select * from unnest(${column(memberships, (row) => row.userId)}::text[], ${column(memberships, (row) => row.roomNid)}::bigint[],
        ${column(memberships, (row) => row.membership)}::text[], ${column(memberships, (row) => row.eventPos)}::bigint[],
        ${column(memberships, (row) => row.eventId)}::text[], ${column(memberships, (row) => row.sender)}::text[])
      on conflict (user_id, room_nid) do update set membership = excluded.membership, event_pos = excluded.event_pos,
        event_id = excluded.event_id, sender = excluded.sender,
        is_forgotten = membership.is_forgotten and excluded.membership in ('leave', 'ban')
    ), emptied as (
      update event set json = pruned.json, content_from = pruned.content_from, content_to = pruned.content_to, redacted_by = pruned.redacted_by,
        relates_to = null, rel_type = null, relation_key = null
      from unnest(${column(redacted, (event) => event.pos)}::bigint[], string_to_array(${column(redacted, (event) => event.json).join(SEPARATOR)}::text, ${SEPARATOR}),
        ${column(redacted, (event) => event.contentFrom)}::integer[], ${column(redacted, (event) => event.contentTo)}::integer[],
        ${column(redacted, (event) => event.redactedBy ?? null)}::text[]) as pruned (pos, json, content_from, content_to, redacted_by)
      where event.pos = pruned.pos
    )
    update room set extremities = array[head.event_id], depth = head.depth, notify_seq = head.notify_seq
    from unnest(${column(rooms, (room) => room.nid)}::bigint[], ${column(rooms, (room) => room.extremities)}::text[],
      ${column(rooms, (room) => room.depth)}::bigint[], ${column(rooms, (room) => room.notifySeq)}::integer[]) as head (nid, event_id, depth, notify_seq)
    where room.nid = head.nid`;
}
