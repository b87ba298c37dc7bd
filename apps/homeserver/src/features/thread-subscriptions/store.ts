import type { EventId, RoomId, UserId } from '@stafette/protocol';
import type { ReadTx, WriteTx } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { floorOf, keepFloor } from '../../database/stream-floor.ts';

/** Which thread of whom. */
export interface ThreadKey {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly root: EventId;
}

export interface Subscription {
  readonly isSubscribed: boolean;
  readonly isAutomatic: boolean;
  /** Position in the events stream since which it is so. */
  readonly since: number;
}

/** A change of a subscription. */
export interface Change {
  readonly roomId: RoomId;
  readonly root: EventId;
  readonly isSubscribed: boolean;
  readonly isAutomatic: boolean;
  readonly position: number;
}

export async function findLastPosition(tx: ReadTx): Promise<number> {
  return (
    (
      await tx.find<{ last: number | null }>(
        sql`select greatest(max(position), ${floorOf('thread-subscriptions')}) as last from thread_subscription`,
      )
    )?.last ?? 0
  );
}

export const find = async (tx: ReadTx, { userId, roomId, root }: ThreadKey): Promise<Subscription | undefined> =>
  tx.find(sql`
    select is_subscribed as "isSubscribed", is_automatic as "isAutomatic", since from thread_subscription
    where user_id = ${userId} and room_id = ${roomId} and root = ${root}`);

export async function count(tx: ReadTx, userId: UserId): Promise<number> {
  const row = await tx.find<{ count: number }>(
    sql`select count(*) as count from thread_subscription where user_id = ${userId}`,
  );
  return row?.count ?? 0;
}

export async function upsert(
  tx: WriteTx,
  { userId, roomId, root }: ThreadKey,
  { isSubscribed, isAutomatic, since }: Subscription,
  position: number,
): Promise<void> {
  await tx.execute(sql`
    insert into thread_subscription as stored (user_id, room_id, root, is_subscribed, is_automatic, since, position)
    values (${userId}, ${roomId}, ${root}, ${isSubscribed}, ${isAutomatic}, ${since}, ${position})
    on conflict (user_id, room_id, root) do update
      set is_subscribed = excluded.is_subscribed, is_automatic = excluded.is_automatic, since = excluded.since,
        position = excluded.position
      where stored.position < excluded.position`);
}

/** The threads that somebody follows. */
export const listFollowed = async (
  tx: ReadTx,
  userId: UserId,
): Promise<readonly { readonly root: EventId; readonly since: number }[]> =>
  tx.query(sql`select root, since from thread_subscription where user_id = ${userId} and is_subscribed`);

/** Who began to follow a thread before a position in the events stream. */
export const listFollowers = async (
  tx: ReadTx,
  roomId: RoomId,
  root: string,
  before: number,
): Promise<readonly { readonly userId: UserId }[]> =>
  tx.query(sql`
    select user_id as "userId" from thread_subscription
    where room_id = ${roomId} and root = ${root} and is_subscribed and since < ${before}`);

/** The last changes in `(after, upTo]`, newest first. */
export const listChanges = async (
  tx: ReadTx,
  userId: UserId,
  after: number,
  upTo: number,
  limit: number,
): Promise<readonly Change[]> =>
  tx.query(sql`
    select room_id as "roomId", root, is_subscribed as "isSubscribed", is_automatic as "isAutomatic", position
    from thread_subscription where user_id = ${userId} and position > ${after} and position <= ${upTo}
    order by position desc limit ${limit}`);

export async function removeAll(tx: WriteTx, userId: UserId): Promise<void> {
  await tx.execute(
    sql`with gone as (delete from thread_subscription where user_id = ${userId} returning position) ${keepFloor('thread-subscriptions')}`,
  );
}

/** For a room that is no more. */
export async function removeOfRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
  await tx.execute(
    sql`with gone as (delete from thread_subscription where room_id = ${roomId} returning position) ${keepFloor('thread-subscriptions')}`,
  );
}
