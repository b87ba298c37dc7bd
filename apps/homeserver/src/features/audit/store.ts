import type { UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';

/** What was done, as area and verb. Codes are stable: people search for them. */
export type AuditAction =
  `${'user' | 'room' | 'event' | 'media' | 'report' | 'server' | 'invitation' | 'registration-token'}.${string}`;

export interface NewAuditEntry {
  readonly actor: UserId;
  readonly action: AuditAction;
  /** The identifier of whom or what it was done to; never content. */
  readonly target: string;
  /** Why, in the words of the actor. */
  readonly reason?: string | undefined;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
  /** Milliseconds. */
  readonly notedAt: number;
}

export interface AuditQuery {
  readonly actor?: string | undefined;
  readonly target?: string | undefined;
  /** Only entries with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export async function insert(tx: WriteTx, entry: NewAuditEntry, nowMs: number): Promise<void> {
  const { actor, action, target, reason = null } = entry;
  await tx.execute(sql`
    insert into audit_entry (noted_at, actor, action, target, reason)
    values (${nowMs}, ${actor}, ${action}, ${target}, ${reason})`);
}

/** The newest first. */
export async function list(tx: ReadTx, query: AuditQuery): Promise<AuditEntry[]> {
  const { actor = null, target = null, before = null, limit } = query;
  const rows = await tx.query<Omit<AuditEntry, 'reason'> & { readonly reason: string | null }>(sql`
    select entry_id as id, noted_at as "notedAt", actor, action, target, reason from audit_entry
    where (${actor}::text is null or actor = ${actor}) and (${target}::text is null or target = ${target})
      and (${before}::bigint is null or entry_id < ${before})
    order by entry_id desc limit ${limit}`);
  return rows.map((row) => ({ ...row, reason: row.reason ?? undefined }));
}
