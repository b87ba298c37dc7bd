import type { RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../../database/database.ts';
import { sql } from '../../../database/sql.ts';

export type RedactionStatus = 'scheduled' | 'active' | 'completed' | 'failed';

export interface RedactionRow {
  readonly redaction_id: string;
  readonly user_id: UserId;
  readonly requested_by: UserId;
  readonly room_ids: readonly RoomId[];
  readonly reason: string | null;
  readonly as_administrator: boolean;
  readonly max_events: number;
  readonly after_ts: number;
  readonly before_ts: number;
  readonly upto_pos: number;
  readonly status: RedactionStatus;
  readonly failures: string;
}

export async function insert(
  tx: WriteTx,
  row: Omit<RedactionRow, 'status' | 'failures'>,
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`
    insert into user_redaction (redaction_id, user_id, requested_by, requested_at, room_ids, reason, as_administrator, max_events, after_ts, before_ts, upto_pos)
    values (${row.redaction_id}, ${row.user_id}, ${row.requested_by}, ${nowMs}, ${row.room_ids}::text[], ${row.reason},
            ${row.as_administrator}, ${row.max_events}, ${row.after_ts}, ${row.before_ts}, ${row.upto_pos})`);
}

export async function find(tx: ReadTx, redactionId: string): Promise<RedactionRow | undefined> {
  return tx.find(sql`
    select redaction_id, user_id, requested_by, room_ids, reason, as_administrator, max_events, after_ts, before_ts, upto_pos, status, failures
    from user_redaction where redaction_id = ${redactionId}`);
}

/** `failures` undefined: as they are. */
export async function updateStatus(
  tx: WriteTx,
  redactionId: string,
  status: RedactionStatus,
  failures?: string,
): Promise<void> {
  await tx.execute(sql`
    update user_redaction set status = ${status}, failures = coalesce(${failures ?? null}::text, failures)
    where redaction_id = ${redactionId}`);
}
