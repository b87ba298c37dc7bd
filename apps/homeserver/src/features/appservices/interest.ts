import type { RoomId, UserId } from '@stafette/protocol';
import type { CommittedEvent, RoomView, Stay, StoredEvent } from '../room-events/index.ts';
import type { AliasRooms } from './alias-rooms.ts';
import type { Appservice } from './appservice.ts';

/** Rooms whose members of a service are kept counted; beyond that, the one counted first is counted anew when needed. */
const MAX_COUNTED_ROOMS = 50_000;

/** By how much an event changes the number of a service's users in its room. */
function changeBy(service: Appservice, { membership }: CommittedEvent): number {
  if (membership === undefined || membership.from === membership.to || !service.ownsUser(membership.userId)) return 0;
  return Number(membership.to === 'join') - Number(membership.from === 'join');
}

/**
 * What one service is interested in: events in rooms with a matching id or alias, or with one of its users in them, and
 * events by and about its users. https://spec.matrix.org/v1.19/application-service-api/#registration
 */
export class Interest {
  readonly #service: Appservice;
  readonly #aliasRooms: AliasRooms;
  readonly #loadedRoom: (roomId: RoomId) => RoomView | undefined;
  /** How many of the service's users are in a room, counted at its first event and kept in step from then on. */
  readonly #counts = new Map<RoomId, number>();
  #isFollowing = false;

  constructor(service: Appservice, aliasRooms: AliasRooms, loadedRoom: (roomId: RoomId) => RoomView | undefined) {
    this.#service = service;
    this.#aliasRooms = aliasRooms;
    this.#loadedRoom = loadedRoom;
  }

  /** From now on every batch of events is shown to {@link filterCommitted}; or not, and who is where is forgotten. */
  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#counts.clear();
  }

  /**
   * Those of a committed batch that are of interest, in order, in the tick in which it becomes visible. A room's members are looked through once; after that an event costs a look into a map.
   */
  filterCommitted(events: readonly CommittedEvent[]): CommittedEvent[] {
    return events.filter((event, index) => {
      const before = this.#counts.get(event.roomId) ?? this.#countBefore(event.roomId, events.slice(index));
      const change = changeBy(this.#service, event);
      if (change !== 0 || !this.#counts.has(event.roomId)) this.#remember(event.roomId, before + change);
      return before > 0 || this.#concerns(event);
    });
  }

  /**
   * The same for events of the past: who was in a room when something was said there decides. `stays` are those of the
   * events' rooms over the time of the events.
   */
  filterStored(events: readonly StoredEvent[], stays: readonly Stay[]): StoredEvent[] {
    const staysByRoom = Map.groupBy(
      stays.filter(({ userId }) => this.#service.ownsUser(userId)),
      ({ roomNid }) => roomNid,
    );
    return events.filter(
      (event) =>
        staysByRoom
          .get(event.roomNid)
          ?.some(({ fromPos, toPos }) => fromPos < event.pos && (toPos === undefined || toPos >= event.pos)) === true ||
        this.#concerns(event),
    );
  }

  /** Whether typing and receipts of a room are of interest now. Nothing is, unless events are followed. */
  includesRoom(roomId: RoomId): boolean {
    const room = this.#isFollowing ? this.#loadedRoom(roomId) : undefined;
    if (room === undefined) return false;
    const count = this.#counts.get(roomId) ?? this.#countBefore(roomId, []);
    if (!this.#counts.has(roomId)) this.#remember(roomId, count);
    return count > 0 || this.#watches(room);
  }

  #concerns(event: StoredEvent): boolean {
    return (
      this.#watches({ id: event.roomId, nid: event.roomNid }) ||
      // Who is not in a room says nothing there but state: that it is made, that one knocks or declines.
      (event.stateKey !== undefined && this.#service.ownsUser(event.sender)) ||
      // The auth rules let a member event have nothing but a user id as its state key.
      (event.type === 'm.room.member' && this.#service.ownsUser(event.stateKey as UserId))
    );
  }

  #watches({ id, nid }: Pick<RoomView, 'id' | 'nid'>): boolean {
    return this.#aliasRooms.has(nid) || this.#service.watchesRoom(id);
  }

  /** The room as it is knows all of the batch already: what `coming` does to it is taken back. */
  #countBefore(roomId: RoomId, coming: readonly CommittedEvent[]): number {
    let count = 0;
    for (const userId of this.#loadedRoom(roomId)?.joinedLocalUsers() ?? [])
      if (this.#service.ownsUser(userId)) count += 1;
    for (const event of coming) if (event.roomId === roomId) count -= changeBy(this.#service, event);
    return count;
  }

  #remember(roomId: RoomId, count: number): void {
    this.#counts.set(roomId, count);
    if (this.#counts.size <= MAX_COUNTED_ROOMS) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
