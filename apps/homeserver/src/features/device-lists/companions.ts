import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Memberships, RoomEvents, RoomView } from '../room-events/index.ts';
import { type ChangedMembers, MembershipChanges } from './membership-changes.ts';

/** What changed about the people with whom somebody shares rooms. */
export interface Companions {
  /** People who came into a room of the viewer, or whose room the viewer joined; they are in it together now. */
  readonly cameTogether: ReadonlySet<UserId>;
  /** People who shared a room with the viewer then and do not share that room any more. */
  readonly parted: ReadonlySet<UserId>;
}

const nobody: Companions = { cameTogether: new Set(), parted: new Set() };

/** Beyond this many people, going through the viewer's rooms once is cheaper than through the rooms of each of them. */
const MANY = 200;

const isJoined = (room: RoomView, userId: UserId): boolean => room.membershipOf(userId) === 'join';

function* joinedMembers(room: RoomView): Iterable<UserId> {
  for (const [userId, membership] of room.members()) if (membership === 'join') yield userId;
}

/** Everybody who was in the room before the changes. */
function* formerMembers(room: RoomView, changed: ChangedMembers): Iterable<UserId> {
  for (const [userId, wasJoined] of changed) if (wasJoined) yield userId;
  for (const userId of joinedMembers(room)) if (!changed.has(userId)) yield userId;
}

function shareRoom(some: Memberships, others: Memberships): boolean {
  const [fewer, more] = some.size <= others.size ? [some, others] : [others, some];
  for (const [roomId, { membership }] of fewer)
    if (membership === 'join' && more.get(roomId)?.membership === 'join') return true;
  return false;
}

/**
 * Finds out who shares rooms with whom and since when. All rooms count, encrypted or not: a room that becomes encrypted
 * then makes no difference, and clients pass over people whose keys they do not use.
 */
export class CompanionFinder {
  readonly #roomEvents: RoomEvents;
  readonly #changes: MembershipChanges;

  constructor(database: Database, roomEvents: RoomEvents) {
    this.#roomEvents = roomEvents;
    this.#changes = new MembershipChanges(database, roomEvents);
  }

  /**
   * What changed for the viewer from a position of the events stream until now. Until now, and not until the end of the
   * interval that is being answered: memberships are known as they are now, and a difference that is told twice does no
   * harm, while one that falls between two intervals is never told. Of a room that the viewer left, only those count who
   * were in it then: who came later is none of the viewer's business.
   */
  async findSince(viewer: UserId, from: number): Promise<Companions> {
    if (this.#changes.isQuietSince(from)) return nobody;
    const own = await this.#roomEvents.membershipsOf(viewer);
    const cameTogether = new Set<UserId>();
    const parted = new Set<UserId>();
    for (const [roomId, changed] of await this.#changes.listSince(from, own)) {
      const isIn = own.get(roomId)?.membership === 'join';
      const wasIn = changed.get(viewer) ?? isIn;
      const room = isIn || wasIn ? await this.#roomEvents.findRoom(roomId) : undefined;
      if (room === undefined) continue;
      if (isIn) {
        for (const userId of changed.has(viewer) ? joinedMembers(room) : changed.keys())
          if (isJoined(room, userId)) cameTogether.add(userId);
      }
      if (wasIn) {
        for (const userId of isIn ? changed.keys() : formerMembers(room, changed)) {
          if (!isIn || (changed.get(userId) === true && !isJoined(room, userId))) parted.add(userId);
        }
      }
    }
    cameTogether.delete(viewer);
    parted.delete(viewer);
    return { cameTogether, parted };
  }

  /** Those of `others` who are in a room with the viewer now. */
  async findSharing(viewer: UserId, others: ReadonlySet<UserId>): Promise<ReadonlySet<UserId>> {
    if (others.size === 0) return others;
    const sharing = new Set<UserId>();
    if (others.size > MANY) {
      for (const userId of await this.#roomEvents.usersSharingRooms(viewer))
        if (others.has(userId)) sharing.add(userId);
      return sharing;
    }
    const own = await this.#roomEvents.membershipsOf(viewer);
    for (const other of others) if (shareRoom(own, await this.#roomEvents.membershipsOf(other))) sharing.add(other);
    return sharing;
  }
}
