import type { Database } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RoomView } from './room-state.ts';

/** A message that nobody sees any more, and that is to be deleted. */
export interface ExpiredMessage {
  readonly roomNid: number;
  readonly pos: number;
  readonly notifySeq: number;
}

/** Messages of one room that are told at once: what expires between two rounds of deletion, many times over. */
const MAX_AT_ONCE = 10_000;

/**
 * Which messages have expired since somebody asked last, for what is counted in memory. A room is looked at when its
 * oldest message has come of age, and not before.
 */
export class ExpiredMessages {
  readonly #database: Database;
  readonly #clock: Clock;
  /** When the next message of a room expires, in milliseconds. */
  readonly #dueMs = new Map<number, number>();

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Undefined when there is nothing to look at, as nearly always. */
  listNew(rooms: readonly RoomView[]): Promise<readonly ExpiredMessage[]> | undefined {
    const nowMs = this.#clock.nowMs();
    const due = rooms.filter(({ nid, lifetimeMs }) => lifetimeMs !== undefined && nowMs >= (this.#dueMs.get(nid) ?? 0));
    return due.length === 0 ? undefined : this.#look(due, nowMs);
  }

  async #look(rooms: readonly RoomView[], nowMs: number): Promise<readonly ExpiredMessage[]> {
    const [nids, untilMs] = [rooms.map(({ nid }) => nid), rooms.map(({ lifetimeMs = 0 }) => nowMs - lifetimeMs)];
    const { reader } = this.#database;
    const expired = await reader.query<ExpiredMessage>(sql`
      select wanted.nid as "roomNid", e.pos, e.notify_seq as "notifySeq"
      from unnest(${nids}::bigint[], ${untilMs}::bigint[]) as wanted (nid, until_ms)
      cross join lateral (
        select pos, notify_seq from event
        where room_nid = wanted.nid and origin_server_ts <= wanted.until_ms and state_key is null
        order by origin_server_ts desc, pos desc limit ${MAX_AT_ONCE}) e`);
    const next = await reader.query<{ nid: number; ts: number | null }>(sql`
      select wanted.nid, (
        select origin_server_ts from event
        where room_nid = wanted.nid and origin_server_ts > wanted.until_ms and state_key is null
        order by origin_server_ts, pos limit 1) as ts
      from unnest(${nids}::bigint[], ${untilMs}::bigint[]) as wanted (nid, until_ms)`);
    const lifetimes = new Map(rooms.map(({ nid, lifetimeMs = 0 }) => [nid, lifetimeMs]));
    // What is sent later expires later.
    for (const { nid, ts } of next) this.#dueMs.set(nid, (ts ?? nowMs) + (lifetimes.get(nid) ?? 0));
    return expired;
  }
}
