import type { UserId } from '@stafette/protocol';
import type { Profiles } from '../profiles/index.ts';
import type { RoomEvents } from '../room-events/index.ts';

export interface PeopleOptions {
  readonly profiles: Profiles;
  readonly roomEvents: RoomEvents;
  /** Whether only others are found with whom one shares a room, and who is in a room that is open to all. */
  readonly isForAcquaintances: boolean;
}

type Person = Awaited<ReturnType<Profiles['search']>>[number];

/** Those who fit a term and are looked at, where not everybody may be found. */
const MAX_CANDIDATES = 200;

/** The people whom somebody can find. https://spec.matrix.org/v1.19/client-server-api/#user-directory */
export class People {
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  async find(
    requester: UserId,
    term: string,
    limit: number,
  ): Promise<{ readonly people: readonly Person[]; readonly isLimited: boolean }> {
    const { profiles, isForAcquaintances } = this.#options;
    const found = isForAcquaintances
      ? await this.#acquaintances(requester, await profiles.search(term, MAX_CANDIDATES), limit + 1)
      : await profiles.search(term, limit + 1);
    return { people: found.slice(0, limit), isLimited: found.length > limit };
  }

  async #acquaintances(requester: UserId, candidates: readonly Person[], limit: number): Promise<readonly Person[]> {
    const acquainted = await this.#options.roomEvents.usersSharingRooms(requester);
    const found: Person[] = [];
    for (const person of candidates) {
      if (found.length === limit) break;
      const isKnown = person.user_id !== requester && acquainted.has(person.user_id);
      if (isKnown || (await this.#isInOpenRoom(person.user_id))) found.push(person);
    }
    return found;
  }

  async #isInOpenRoom(userId: UserId): Promise<boolean> {
    const { roomEvents } = this.#options;
    const memberships = [...(await roomEvents.membershipsOf(userId)).values()];
    const roomIds = memberships.filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId);
    await roomEvents.loadRooms(roomIds);
    return roomIds.some((roomId) => {
      const room = roomEvents.loadedRoom(roomId);
      return room?.joinRule === 'public' || room?.historyVisibility === 'world_readable';
    });
  }
}
