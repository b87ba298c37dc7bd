import type { RoomId, UserId } from '@stafette/protocol';
import { ChangeLog } from '../../streams/change-log.ts';
import type { CompanionFinder } from '../device-lists/index.ts';
import type { RoomEvents, RoomView } from '../room-events/index.ts';
import type { Person } from './person.ts';

/** What a reader had when they asked last. */
export interface PresenceSince {
  /** In the presence stream. */
  readonly presence: number;
  /** Rooms of the reader with news since then; undefined when that is not known. */
  readonly rooms: ReadonlySet<RoomId> | undefined;
  /** In the events stream, when the reader may share rooms with others than then. */
  readonly events: number | undefined;
}

interface Dependencies {
  readonly roomEvents: RoomEvents;
  readonly companions: CompanionFinder;
  readonly people: ReadonlyMap<UserId, Person>;
  /** Position at the start: since then everything is in the logs. */
  readonly startedAt: number;
}

/** Who changed in which room: for whoever asks, those whom they may see, at the cost of what changed. */
export class PeopleInRooms {
  readonly #d: Dependencies;
  /** No more entries than people in the room. */
  readonly #logs = new Map<RoomId, ChangeLog<UserId>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The rooms that somebody is in, in memory so that their members can be told. */
  async roomsOf(userId: UserId): Promise<readonly RoomView[]> {
    const { roomEvents } = this.#d;
    const memberships = [...(await roomEvents.membershipsOf(userId)).values()];
    const roomIds = memberships.filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId);
    await roomEvents.loadRooms(roomIds);
    const rooms = await Promise.all(roomIds.map(async (roomId) => roomEvents.findRoom(roomId)));
    return rooms.filter((room) => room !== undefined);
  }

  note(userId: UserId, rooms: readonly RoomView[], position: number): void {
    for (const { id } of rooms) {
      let log = this.#logs.get(id);
      if (log === undefined) this.#logs.set(id, (log = new ChangeLog(this.#d.startedAt)));
      log.add(userId, position);
    }
  }

  /** Whom of these the viewer shares a room with. */
  async sharing(viewer: UserId, others: readonly Person[]): Promise<ReadonlySet<UserId>> {
    return this.#d.companions.findSharing(viewer, new Set(others.map(({ userId }) => userId)));
  }

  /** People who may appear otherwise to the viewer than they did then; each shares a room with the viewer now. */
  async changedSince(viewer: UserId, since: PresenceSince): Promise<ReadonlySet<UserId>> {
    const [changed, newcomers] = await Promise.all([
      this.#changedIn(viewer, since),
      since.events === undefined ? undefined : this.#d.companions.findSince(viewer, since.events),
    ]);
    return new Set([...changed, ...(newcomers?.cameTogether ?? [])]);
  }

  async #changedIn(viewer: UserId, { presence: from, rooms }: PresenceSince): Promise<ReadonlySet<UserId>> {
    if (rooms === undefined || from < this.#d.startedAt) {
      // From before a restart, or away for long: what is known of everybody says whose news the viewer does not have.
      const changed = [...this.#d.people.values()].filter(({ position }) => position > from);
      return this.sharing(viewer, changed);
    }
    const changed = new Set<UserId>();
    for (const roomId of rooms) {
      const room = await this.#d.roomEvents.findRoom(roomId);
      if (room?.membershipOf(viewer) !== 'join') continue;
      for (const userId of this.#logs.get(roomId)?.since(from) ?? [])
        if (room.membershipOf(userId) === 'join') changed.add(userId);
    }
    return changed;
  }
}
