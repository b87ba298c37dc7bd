import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { CommittedEvent, RoomEvents, RoomView, StoredEvent } from '../room-events/index.ts';

/** What an interval of the events stream changed about the people with whom somebody shares encrypted rooms. */
export interface Companions {
  /** People who came into a room of the viewer, whose room the viewer joined, or whose room became encrypted. */
  readonly cameTogether: ReadonlySet<UserId>;
  /** People who left a room of the viewer, or whose room the viewer left. */
  readonly parted: ReadonlySet<UserId>;
  /** Whether they share an encrypted room now. */
  readonly sharesNow: (userId: UserId) => boolean;
}

/** A committed event that changes who shares encrypted rooms with whom. */
interface SharingChange {
  readonly pos: number;
  readonly roomId: RoomId;
  /** Undefined when the room became encrypted. */
  readonly member: UserId | undefined;
}

/** Changes kept in memory: a client that polls finds all since its last answer, without a query. */
const MAX_RECENT = 20_000;

const isSharingChange = (event: Pick<StoredEvent, 'type' | 'stateKey'>): boolean =>
  (event.type === 'm.room.member' && event.stateKey !== undefined) || (event.type === 'm.room.encryption' && event.stateKey === '');

const changeOf = ({ pos, roomId, type, stateKey }: StoredEvent): SharingChange => ({
  pos,
  roomId,
  // The state key of a member event is a user id: the authorisation rules ask for it.
  member: type === 'm.room.member' ? (stateKey as UserId) : undefined,
});

const joinedMembers = (room: RoomView): UserId[] => [...room.members()].flatMap(([userId, membership]) => (membership === 'join' ? [userId] : []));

/** Finds out who came together and who parted; from memory for the recent past, from the rooms' history before that. */
export class CompanionFinder {
  readonly #database: Database;
  readonly #roomEvents: RoomEvents;
  #recent: SharingChange[] = [];
  /** Every change after this position is in `#recent`. */
  #recentSince: number;

  constructor(database: Database, roomEvents: RoomEvents) {
    this.#database = database;
    this.#roomEvents = roomEvents;
    this.#recentSince = roomEvents.position.current;
    roomEvents.onCommitted((events) => this.#observe(events));
  }

  async find(viewer: UserId, interval: { readonly from: number; readonly to: number }): Promise<Companions> {
    const memberships = await this.#roomEvents.membershipsOf(viewer);
    const cameTogether = new Set<UserId>();
    const parted = new Set<UserId>();
    for (const change of await this.#listChanges(viewer, interval)) {
      const own = memberships.get(change.roomId)?.membership;
      const room = own === undefined ? undefined : await this.#roomEvents.findRoom(change.roomId);
      if (room?.isEncrypted !== true) continue;
      const concerned = change.member === viewer || change.member === undefined ? joinedMembers(room) : [change.member];
      for (const userId of concerned) {
        const isTogether = own === 'join' && room.membershipOf(userId) === 'join';
        if (userId !== viewer && (own === 'join' || change.member === viewer)) (isTogether ? cameTogether : parted).add(userId);
      }
    }
    const rooms: RoomView[] = [];
    for (const { roomId, membership } of memberships.values()) {
      const room = membership === 'join' ? await this.#roomEvents.findRoom(roomId) : undefined;
      if (room?.isEncrypted === true) rooms.push(room);
    }
    return { cameTogether, parted, sharesNow: (userId) => rooms.some((room) => room.membershipOf(userId) === 'join') };
  }

  /** Whether nothing in the interval concerns anybody: the usual case, decided without looking at any room. */
  isQuiet({ from, to }: { readonly from: number; readonly to: number }): boolean {
    const last = this.#recent.at(-1);
    return from >= to || (from >= this.#recentSince && (last === undefined || last.pos <= from));
  }

  #observe(events: readonly CommittedEvent[]): void {
    for (const event of events) if (isSharingChange(event)) this.#recent.push(changeOf(event));
    if (this.#recent.length <= MAX_RECENT) return;
    const dropped = this.#recent.splice(0, this.#recent.length - MAX_RECENT / 2);
    this.#recentSince = dropped.at(-1)?.pos ?? this.#recentSince;
  }

  async #listChanges(viewer: UserId, { from, to }: { readonly from: number; readonly to: number }): Promise<readonly SharingChange[]> {
    if (from >= this.#recentSince) return this.#recent.filter((change) => change.pos > from && change.pos <= to);
    const { reader } = this.#database;
    const rooms = [...(await this.#roomEvents.membershipsOf(viewer)).values()].map((record) => record.roomNid);
    const changes: SharingChange[] = [];
    for (const roomNid of await this.#roomEvents.listChangedRooms(reader, rooms, from, to)) {
      const events = await this.#roomEvents.stateChanges(reader, roomNid, from, to);
      changes.push(...events.filter(isSharingChange).map(changeOf));
    }
    return changes;
  }
}
