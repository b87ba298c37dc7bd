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

/**
 * Cuts a timeline after the last event that the reader may not see, and after messages that were deleted: clients take it
 * for one piece of history.
 */
export function onlyVisible(
  timeline: Timeline,
  { room, reader, after = 0, upTo }: { room: RoomView; reader: RoomReader; after: number | undefined; upTo: number },
): Timeline {
  const isHidden = (event: StoredEvent): boolean =>
    event.pos <= room.purgedUpTo || room.hasExpired(event) || !reader.canSee(event);
  const hidden = timeline.events.findLastIndex(isHidden);
  if (hidden < 0 && after >= room.purgedUpTo) return timeline;
  const visible = timeline.events.slice(hidden + 1);
  return {
    events: visible,
    isLimited: true,
    start: visible[0] === undefined ? upTo : visible[0].pos - 1,
    all: timeline.all,
  };
}
