import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export interface ReportSubject {
  readonly kind: 'room' | 'event' | 'user';
  /** Also of an event. */
  readonly roomId: RoomId | null;
  readonly eventId: EventId | null;
  /** The reported person; of an event, its sender. */
  readonly userId: UserId | null;
}

export interface NewReport extends ReportSubject {
  readonly reporter: UserId;
  /** Milliseconds. */
  readonly reportedAt: number;
  readonly reason: string;
  readonly score: number | null;
}

export interface Report extends NewReport {
  readonly id: number;
  readonly status: 'open' | 'resolved';
  readonly resolvedBy: UserId | null;
  readonly resolvedAt: number | null;
}

const columns = fragment`report_id as id, kind, reporter, reported_at as "reportedAt", room_id as "roomId", event_id as "eventId",
  user_id as "userId", reason, score, status, resolved_by as "resolvedBy", resolved_at as "resolvedAt"`;

/** An open report of the same thing by the same person is renewed. */
export async function insert(tx: WriteTx, report: NewReport): Promise<void> {
  await tx.execute(sql`
    insert into report (kind, reporter, reported_at, room_id, event_id, user_id, reason, score)
    values (${report.kind}, ${report.reporter}, ${report.reportedAt}, ${report.roomId}, ${report.eventId}, ${report.userId}, ${report.reason}, ${report.score})
    on conflict (reporter, kind, room_id, event_id, user_id) where status = 'open'
      do update set reported_at = excluded.reported_at, reason = excluded.reason, score = excluded.score`);
}

export interface ReportQuery {
  readonly status?: Report['status'] | undefined;
  readonly reporter?: string | undefined;
  readonly roomId?: string | undefined;
  /** Only reports with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function list(tx: ReadTx, query: ReportQuery): Promise<readonly Report[]> {
  const { status = null, reporter = null, roomId = null, before = null } = query;
  return tx.query(sql`
    select ${columns} from report
    where (${status}::text is null or status = ${status}) and (${reporter}::text is null or reporter = ${reporter})
      and (${roomId}::text is null or room_id = ${roomId}) and (${before}::bigint is null or report_id < ${before})
    order by report_id desc limit ${query.limit}`);
}

export interface KindQuery {
  readonly reporter?: string | undefined;
  readonly roomId?: string | undefined;
  /** The reported person; of an event, its sender. */
  readonly userId?: string | undefined;
  readonly isOldestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A page of the reports of one kind, and how many there are. */
export async function listOfKind(
  tx: ReadTx,
  kind: Report['kind'],
  query: KindQuery,
): Promise<{ readonly reports: readonly Report[]; readonly total: number }> {
  const { reporter = null, roomId = null, userId = null, isOldestFirst, offset, limit } = query;
  const wanted = fragment`kind = ${kind} and (${reporter}::text is null or reporter = ${reporter})
    and (${roomId}::text is null or room_id = ${roomId}) and (${userId}::text is null or user_id = ${userId})`;
  const order = isOldestFirst ? fragment`report_id` : fragment`report_id desc`;
  const reports = await tx.query<Report>(
    sql`select ${columns} from report where ${wanted} order by ${order} offset ${offset} limit ${limit}`,
  );
  const counted = await tx.find<{ count: number }>(sql`select count(*) as count from report where ${wanted}`);
  return { reports, total: counted?.count ?? 0 };
}

export const find = async (tx: ReadTx, id: number, kind: Report['kind']): Promise<Report | undefined> =>
  tx.find(sql`select ${columns} from report where report_id = ${id} and kind = ${kind}`);

export async function setResolved(tx: WriteTx, id: number, resolvedBy: UserId, nowMs: number): Promise<boolean> {
  return (
    (await tx.execute(sql`
      update report set status = 'resolved', resolved_by = ${resolvedBy}, resolved_at = ${nowMs}
      where report_id = ${id} and status = 'open'`)) === 1
  );
}

export const remove = async (tx: WriteTx, id: number, kind: Report['kind']): Promise<boolean> =>
  (await tx.execute(sql`delete from report where report_id = ${id} and kind = ${kind}`)) === 1;

/** Takes away what people wrote about events, which may repeat what these said. That they reported them stays. */
export async function clearReasonsOfEvents(tx: WriteTx, eventIds: readonly EventId[]): Promise<void> {
  await tx.execute(sql`update report set reason = '' where event_id = any(${eventIds}::text[])`);
}

/** The same for a room and everything in it. */
export async function clearReasonsOfRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
  await tx.execute(sql`update report set reason = '' where room_id = ${roomId}`);
}
