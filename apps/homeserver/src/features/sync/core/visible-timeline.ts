import type { UserId } from '@stafette/protocol';
import type { Database, ReadTx } from '../../../database/database.ts';
import {
  readerOf,
  readersOf,
  type RoomEvents,
  type RoomReader,
  type RoomView,
  type StoredEvent,
} from '../../room-events/index.ts';
import type { OwnMembership } from './own-membership.ts';
import type { Timeline } from './timeline.ts';

/** Whether the ignore list lets an event pass: state is shown whoever sent it. */
export const isShownDespite = (ignored: ReadonlySet<string>, event: StoredEvent): boolean =>
  ignored.size === 0 || event.stateKey !== undefined || !ignored.has(event.sender);

/** Of members for what happened since they joined; says nothing of their membership at older events. */
export const ALL_ALONG: RoomReader = { canSee: () => true, membershipAt: () => 'join' };

/**
 * The gate for a timeline of a room that the user is in. Members see everything since they joined; what is before is
 * decided by the reader gate.
 */
export async function readerOfTimeline(
  tx: ReadTx,
  room: RoomView,
  userId: UserId,
  own: OwnMembership,
  timeline: Timeline,
): Promise<RoomReader> {
  const oldestPos = timeline.events[0]?.pos ?? own.pos;
  return oldestPos >= own.pos ? ALL_ALONG : readerOf(tx, room, userId, oldestPos);
}

/**
 * The gates of rooms whose timelines reach back beyond the user's present membership, by room number: read together,
 * since whoever changes their name has a new member event in every room.
 */
export async function readersOfTimelines(
  { database, roomEvents }: { readonly database: Database; readonly roomEvents: RoomEvents },
  userId: UserId,
  rooms: readonly OwnMembership[],
  timelines: ReadonlyMap<number, Timeline>,
): Promise<ReadonlyMap<number, RoomReader>> {
  const places: { readonly room: RoomView; readonly oldestPos: number }[] = [];
  for (const own of rooms) {
    const oldestPos = timelines.get(own.roomNid)?.events[0]?.pos ?? own.pos;
    const room = oldestPos < own.pos ? await roomEvents.findRoom(own.roomId) : undefined;
    if (room !== undefined) places.push({ room, oldestPos });
  }
  return places.length === 0 ? new Map() : readersOf(database.reader, places, userId);
}
