import { isVisibleTo, readHistoryVisibility, type HistoryVisibility, type UserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import type { RoomView } from './room-state.ts';
import type { StoredEvent } from './stored-event.ts';
import { listReaderIntervals, type ValueInterval } from './store.ts';

type Placed = Pick<StoredEvent, 'pos' | 'type' | 'stateKey' | 'originServerTs'>;

/**
 * What one user may see of one room. Made from the whole history of the room's visibility and of the user's own
 * membership, which are a few rows; then any number of events can be asked about.
 * https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility
 */
export interface RoomReader {
  canSee(event: Placed): boolean;
  /** The user's membership when the event was sent; `leave` when there was none. */
  membershipAt(event: Placed): string;
}

const valueAt = (intervals: readonly ValueInterval[], pos: number): string | undefined =>
  intervals.findLast((interval) => interval.fromPos <= pos && (interval.toPos === undefined || interval.toPos > pos))
    ?.value;

const visibilityOf = (value: string | undefined): HistoryVisibility =>
  readHistoryVisibility(value === undefined ? undefined : { history_visibility: value });

/** The reader of everything, for members who were in the room since before the events in question. */
const readerOfEverything: RoomReader = { canSee: () => true, membershipAt: () => 'join' };

/** The same in a room that does not keep everything. */
const memberAllAlong = (room: RoomView): RoomReader =>
  room.lifetimeMs === undefined
    ? readerOfEverything
    : { canSee: (event) => !room.hasExpired(event), membershipAt: () => 'join' };

/** The reader of whatever a room still keeps, in it or not; for administrators whom the operator lets read rooms. */
export const inspectorOf = (room: RoomView, userId: UserId): RoomReader => ({
  canSee: (event) => !room.hasExpired(event),
  membershipAt: () => room.membershipOf(userId) ?? 'leave',
});

function readerFrom(room: RoomView, userId: string, intervals: readonly ValueInterval[]): RoomReader {
  const visibilities = intervals.filter((interval) => interval.type === 'm.room.history_visibility');
  const memberships = intervals.filter((interval) => interval.type === 'm.room.member');
  const membership = (pos: number): string => valueAt(memberships, pos) ?? 'leave';
  return {
    canSee(event) {
      if (room.hasExpired(event)) return false;
      const { pos, type, stateKey } = event;
      const isVisibilityEvent = type === 'm.room.history_visibility' && stateKey === '';
      const isOwnMembership = type === 'm.room.member' && stateKey === userId;
      return isVisibleTo({
        visibilities: (isVisibilityEvent ? [pos - 1, pos] : [pos]).map((at) => visibilityOf(valueAt(visibilities, at))),
        memberships: (isOwnMembership ? [pos - 1, pos] : [pos]).map(membership),
        joinedLater: memberships.some((interval) => interval.value === 'join' && interval.fromPos > pos),
      });
    },
    membershipAt: ({ pos }) => membership(pos),
  };
}

/** A room that a reader asks about. `oldestPos`: no event before this position will be asked about. */
interface Place {
  readonly room: RoomView;
  readonly oldestPos: number;
}

function isMemberAllAlong({ room, oldestPos }: Place, userId: UserId): boolean {
  const own = room.state('m.room.member', userId);
  return own !== undefined && room.membershipOf(userId) === 'join' && own.pos <= oldestPos;
}

/** The gates for one user and any number of rooms, by room number. */
export async function readersOf(
  tx: ReadTx,
  places: readonly Place[],
  userId: UserId,
): Promise<ReadonlyMap<number, RoomReader>> {
  const readers = new Map(places.map(({ room }) => [room.nid, memberAllAlong(room)]));
  const others = places.filter((place) => !isMemberAllAlong(place, userId)).map(({ room }) => room);
  if (others.length === 0) return readers;
  const nids = others.map((room) => room.nid);
  const intervals = Map.groupBy(await listReaderIntervals(tx, nids, userId), ({ roomNid }) => roomNid);
  for (const room of others) readers.set(room.nid, readerFrom(room, userId, intervals.get(room.nid) ?? []));
  return readers;
}

/** The gate for one user and room. `oldestPos`: no event before this position will be asked about. */
export async function readerOf(tx: ReadTx, room: RoomView, userId: UserId, oldestPos = 0): Promise<RoomReader> {
  if (isMemberAllAlong({ room, oldestPos }, userId)) return memberAllAlong(room);
  return readerFrom(room, userId, await listReaderIntervals(tx, [room.nid], userId));
}

/** Whether a user may see one event. */
export async function canSee(tx: ReadTx, room: RoomView, userId: UserId, event: Placed): Promise<boolean> {
  return (await readerOf(tx, room, userId, event.pos)).canSee(event);
}

/** Those of a room's events that a user may see. */
export async function filterVisible<Event extends Placed>(
  tx: ReadTx,
  room: RoomView,
  userId: UserId,
  events: readonly Event[],
): Promise<Event[]> {
  if (events.length === 0) return [];
  const reader = await readerOf(tx, room, userId, Math.min(...events.map((event) => event.pos)));
  return events.filter((event) => reader.canSee(event));
}
