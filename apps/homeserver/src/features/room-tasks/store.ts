import type { RoomAlias, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { fragment, sql } from '../../database/sql.ts';

export type TaskStatus = 'scheduled' | 'active' | 'complete' | 'failed';

export interface DeletionOptions {
  /** Who makes the room that members are moved to; undefined: they only leave. */
  readonly newRoomCreator?: UserId | undefined;
  readonly newRoomName: string;
  readonly message: string;
  /** Lets nobody in again. */
  readonly blocks: boolean;
  /** Deletes everything of the room. */
  readonly purges: boolean;
  /** Even with members inside who could not be removed. */
  readonly isForced: boolean;
}

export interface PurgeOptions {
  /** Inclusive, milliseconds. */
  readonly untilMs: number;
  /** Exclusive. */
  readonly beforePos: number;
  /** Also what users of this server sent. */
  readonly includesLocal: boolean;
}

/** What is to be done. */
export type RoomWork =
  | { readonly action: 'delete_room'; readonly options: DeletionOptions }
  | { readonly action: 'purge_history'; readonly options: PurgeOptions };

interface TaskHeader {
  readonly taskId: string;
  readonly roomId: RoomId;
  readonly roomNid: number;
  readonly requestedBy: UserId;
}

interface TaskProgress {
  readonly status: TaskStatus;
  /** Milliseconds. */
  readonly changedAt: number;
  readonly newRoomId: RoomId | null;
  readonly aliases: readonly RoomAlias[];
  readonly error: string | null;
}

export type RoomTask = TaskHeader & RoomWork & TaskProgress;

const columns = fragment`task_id as "taskId", action, room_id as "roomId", room_nid as "roomNid", requested_by as "requestedBy",
  options::json as options, status, changed_at as "changedAt", new_room_id as "newRoomId", aliases, error`;

/** False when the room is being deleted already. */
export async function insert(tx: WriteTx, task: TaskHeader & RoomWork, nowMs: number): Promise<boolean> {
  const { taskId, action, roomId, roomNid, requestedBy, options } = task;
  return (
    (await tx.execute(sql`
      insert into room_task (task_id, action, room_id, room_nid, requested_by, options, status, requested_at, changed_at)
      values (${taskId}, ${action}, ${roomId}, ${roomNid}, ${requestedBy}, ${JSON.stringify(options)}, 'scheduled', ${nowMs}, ${nowMs})
      on conflict (room_id) where action = 'delete_room' and status in ('scheduled', 'active') do nothing`)) === 1
  );
}

export const find = async (tx: ReadTx, taskId: string): Promise<RoomTask | undefined> =>
  tx.find(sql`select ${columns} from room_task where task_id = ${taskId}`);

export interface TaskQuery {
  readonly action?: RoomWork['action'] | undefined;
  readonly roomId?: string | undefined;
  readonly status?: string | undefined;
  /** Only those that changed before, milliseconds. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function list(tx: ReadTx, query: TaskQuery): Promise<readonly RoomTask[]> {
  const { action = null, roomId = null, status = null, before = null, limit } = query;
  return tx.query(sql`
    select ${columns} from room_task
    where (${action}::text is null or action = ${action}) and (${roomId}::text is null or room_id = ${roomId})
      and (${status}::text is null or status = ${status}) and (${before}::bigint is null or changed_at < ${before})
    order by requested_at desc, task_id limit ${limit}`);
}

export async function setStatus(
  tx: WriteTx,
  taskId: string,
  { status, error = null }: { readonly status: TaskStatus; readonly error?: string | null },
  nowMs: number,
): Promise<void> {
  await tx.execute(
    sql`update room_task set status = ${status}, error = ${error}, changed_at = ${nowMs} where task_id = ${taskId}`,
  );
}

export async function setNewRoom(tx: WriteTx, taskId: string, roomId: RoomId): Promise<void> {
  await tx.execute(sql`update room_task set new_room_id = ${roomId} where task_id = ${taskId}`);
}

export async function setAliases(tx: WriteTx, taskId: string, aliases: readonly RoomAlias[]): Promise<void> {
  await tx.execute(sql`update room_task set aliases = ${aliases}::text[] where task_id = ${taskId}`);
}

/** What became of members; who was not removed at first may be later. */
export async function insertMembers(
  tx: WriteTx,
  taskId: string,
  userIds: readonly UserId[],
  isRemoved: boolean,
): Promise<void> {
  await tx.execute(sql`
    insert into room_task_member (task_id, user_id, is_removed)
    select ${taskId}, user_id, ${isRemoved} from unnest(${userIds}::text[]) as user_id
    on conflict (task_id, user_id) do update set is_removed = excluded.is_removed`);
}

export const listMembers = async (
  tx: ReadTx,
  taskIds: readonly string[],
): Promise<readonly { readonly taskId: string; readonly userId: UserId; readonly isRemoved: boolean }[]> =>
  tx.query(sql`
    select task_id as "taskId", user_id as "userId", is_removed as "isRemoved" from room_task_member
    where task_id = any(${taskIds}::text[]) order by user_id`);

/** Forgets what ended before a time. */
export async function prune(tx: WriteTx, endedBeforeMs: number): Promise<void> {
  await tx.execute(sql`delete from room_task where status in ('complete', 'failed') and changed_at < ${endedBeforeMs}`);
}
