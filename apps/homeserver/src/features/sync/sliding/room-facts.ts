import type { JsonObject, RoomId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type { RoomEvents, StoredEvent } from '../../room-events/index.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { RoomFacts } from './room-filter.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
}

const factsOf = (create: JsonObject | undefined, isEncrypted: boolean): RoomFacts => {
  const type = create?.['type'];
  return { isEncrypted, roomType: typeof type === 'string' ? type : null };
};

const hasServers = ({ content }: StoredEvent): boolean => Array.isArray(content['via']) && content['via'].length > 0;

/**
 * What filters need to know of one user's rooms, and which rooms a space names. Read when first asked for and kept until
 * the room changes.
 */
export class KnownRoomFacts {
  readonly #d: Dependencies;
  readonly #facts = new Map<RoomId, RoomFacts>();
  readonly #children = new Map<string, ReadonlySet<string>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  of(roomId: RoomId): RoomFacts | undefined {
    return this.#facts.get(roomId);
  }

  childrenOf(space: string): ReadonlySet<string> | undefined {
    return this.#children.get(space);
  }

  /** Somebody changed the room, or the user came or went. */
  forget(roomId: RoomId): void {
    this.#facts.delete(roomId);
    this.#children.delete(roomId);
  }

  async read(rooms: readonly OwnMembership[]): Promise<void> {
    await this.#d.roomEvents.loadRooms(rooms.filter(isJoined).map((own) => own.roomId));
    await Promise.all(rooms.map(async (own) => this.#facts.set(own.roomId, await this.#readFacts(own))));
  }

  /** `own` undefined or not joined: the space is none of the user's, and names nothing for them. */
  async readSpace(space: string, own: OwnMembership | undefined): Promise<void> {
    const room = own !== undefined && isJoined(own) ? await this.#d.roomEvents.findRoom(own.roomId) : undefined;
    const children = [...(room?.allState() ?? [])].filter(
      (event) => event.type === 'm.space.child' && hasServers(event),
    );
    this.#children.set(space, new Set(children.map((event) => event.stateKey ?? '')));
  }

  async #readFacts(own: OwnMembership): Promise<RoomFacts> {
    if (isJoined(own)) {
      const room = await this.#d.roomEvents.findRoom(own.roomId);
      return factsOf(room?.state('m.room.create', '')?.content, room?.isEncrypted === true);
    }
    // Whoever is not in the room knows it as it was when they were invited or left.
    const state = await this.#d.roomEvents.stateAt(this.#d.database.reader, own.roomNid, own.pos, [
      ['m.room.create', ''],
      ['m.room.encryption', ''],
    ]);
    const create = state.find((event) => event.type === 'm.room.create');
    return factsOf(create?.content, state.length > (create === undefined ? 0 : 1));
  }
}

const isJoined = (own: OwnMembership): boolean => own.membership === 'join';
