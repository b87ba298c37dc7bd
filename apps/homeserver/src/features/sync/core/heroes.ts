import type { UserId } from '@stafette/protocol';
import type { RoomView } from '../../room-events/index.ts';

/** Heroes that a summary names. */
const HERO_COUNT = 5;

interface KnownHeroes {
  readonly lastPos: number;
  readonly userIds: readonly UserId[];
}

const hasName = (room: RoomView): boolean => {
  const name = room.state('m.room.name', '')?.content['name'];
  const alias = room.state('m.room.canonical_alias', '')?.content['alias'];
  return (typeof name === 'string' && name !== '') || (typeof alias === 'string' && alias !== '');
};

/** The members who came first among those with one of the given memberships. */
function firstMembers(room: RoomView, memberships: ReadonlySet<string>): readonly UserId[] {
  const candidates: { readonly userId: UserId; readonly pos: number }[] = [];
  for (const [userId, membership] of room.members()) {
    if (memberships.has(membership)) candidates.push({ userId, pos: room.state('m.room.member', userId)?.pos ?? 0 });
  }
  candidates.sort((one, other) => one.pos - other.pos);
  // One more than are named, since nobody is their own hero.
  return candidates.slice(0, HERO_COUNT + 1).map((candidate) => candidate.userId);
}

const PRESENT = new Set(['join', 'invite']);
const GONE = new Set(['leave', 'ban']);

/**
 * Who stands for a room without a name. Worked out once per change of the room and shared by its readers.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync
 */
export class Heroes {
  readonly #known = new WeakMap<RoomView, KnownHeroes>();

  /** Undefined when the room has a name. */
  of(room: RoomView, userId: UserId): readonly UserId[] | undefined {
    if (hasName(room)) return undefined;
    const present = this.#members(room).filter((hero) => hero !== userId);
    const heroes = present.length > 0 ? present : firstMembers(room, GONE).filter((hero) => hero !== userId);
    return heroes.slice(0, HERO_COUNT);
  }

  #members(room: RoomView): readonly UserId[] {
    const { lastPos } = room;
    const known = this.#known.get(room);
    if (known?.lastPos === lastPos) return known.userIds;
    const userIds = firstMembers(room, PRESENT);
    this.#known.set(room, { lastPos, userIds });
    return userIds;
  }
}
