import { forbidden, notFound } from '@stafette/contracts';
import type { JsonObject, RoomId, ServerName, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { ActingService } from '../../http/requester.ts';
import type { RoomEvents } from '../room-events/index.ts';
import {
  compareEntries,
  pageOf,
  readDirectoryPlace,
  type DirectoryEntry,
  type DirectoryPage,
} from './directory-page.ts';
import { describeRoom } from './room-summary.ts';
import { listNetworkRooms, listPublished, listPublishedAmong, setNetworkRoom, setPublished } from './store.ts';

export interface DirectoryQuery {
  readonly limit?: number | undefined;
  readonly since?: string | undefined;
  readonly server?: string | undefined;
  readonly searchTerm?: string | undefined;
  readonly roomTypes?: readonly (string | null)[] | undefined;
  /** The rooms of one network behind an application service, instead of the server's own list. */
  readonly networkInstanceId?: string | undefined;
  /** The rooms of all networks besides the server's own list. */
  readonly includesNetworks?: boolean | undefined;
}

const MAX_PAGE = 200;

function matches(entry: JsonObject, { searchTerm, roomTypes }: DirectoryQuery): boolean {
  if (
    roomTypes !== undefined &&
    !roomTypes.includes(typeof entry['room_type'] === 'string' ? entry['room_type'] : null)
  )
    return false;
  if (searchTerm === undefined || searchTerm === '') return true;
  const wanted = searchTerm.toLowerCase();
  return [entry['name'], entry['topic'], entry['canonical_alias']].some(
    (value) => typeof value === 'string' && value.toLowerCase().includes(wanted),
  );
}

/** The rooms of this server that everybody can find. */
export class RoomDirectory {
  readonly #database: Database;
  readonly #roomEvents: RoomEvents;
  readonly #serverName: ServerName;

  constructor({
    database,
    roomEvents,
    serverName,
  }: {
    readonly database: Database;
    readonly roomEvents: RoomEvents;
    readonly serverName: ServerName;
  }) {
    this.#database = database;
    this.#roomEvents = roomEvents;
    this.#serverName = serverName;
  }

  /** The largest rooms first, of equal ones the older. */
  async list(query: DirectoryQuery): Promise<DirectoryPage> {
    if (query.server !== undefined && query.server !== this.#serverName)
      throw notFound('The rooms of this server are not known here');
    const place = query.since === undefined ? undefined : readDirectoryPlace(query.since);
    const limit = Math.max(1, Math.min(query.limit ?? MAX_PAGE, MAX_PAGE));
    const entries: DirectoryEntry[] = [];
    for (const nid of await this.#listNids(query)) {
      const room = await this.#roomEvents.findRoomByNid(nid);
      const json = room === undefined || room.joinedCount === 0 ? undefined : describeRoom(room);
      if (room !== undefined && json !== undefined && matches(json, query))
        entries.push({ json, nid, size: room.joinedCount });
    }
    return pageOf(entries.sort(compareEntries), place, limit);
  }

  /**
   * Lists a room among those of a network, or no longer. The network is the service's own business; a room is once one of
   * its users is in it. M_FORBIDDEN otherwise.
   */
  async setListedForNetwork(
    service: ActingService,
    networkId: string,
    roomId: RoomId,
    isListed: boolean,
  ): Promise<void> {
    const room = await this.#roomEvents.getRoom(roomId);
    if (isListed && ![...room.joinedLocalUsers()].some((userId) => service.ownsUser(userId)))
      throw forbidden('None of your users is in this room');
    const place = { serviceId: service.id, networkId, roomNid: room.nid };
    await this.#database.write(async (tx) => setNetworkRoom(tx, place, isListed));
  }

  async isListed(roomId: RoomId): Promise<boolean> {
    return (await this.listedAmong([roomId])).has(roomId);
  }

  /** Those of the rooms that are listed. All of them are known here. */
  async listedAmong(roomIds: readonly RoomId[]): Promise<ReadonlySet<RoomId>> {
    const rooms = await Promise.all(roomIds.map(async (roomId) => this.#roomEvents.getRoom(roomId)));
    const listed = new Set(
      await listPublishedAmong(
        this.#database.reader,
        rooms.map((room) => room.nid),
      ),
    );
    return new Set(rooms.filter((room) => listed.has(room.nid)).map((room) => room.id));
  }

  /** Members who decide about the room's main alias decide about this too. */
  async setListed(
    requester: { readonly userId: UserId; readonly isAdmin: boolean },
    roomId: RoomId,
    isListed: boolean,
  ): Promise<void> {
    const room = await this.#roomEvents.getRoom(roomId);
    const { userId } = requester;
    const mayDecide =
      room.membershipOf(userId) === 'join' &&
      room.powerLevels.userLevel(userId) >= room.powerLevels.eventLevel('m.room.canonical_alias', true);
    if (!mayDecide && !requester.isAdmin) throw forbidden('You may not change how this room is found');
    await this.#database.write(async (tx) => setPublished(tx, room.nid, isListed));
  }

  async #listNids({ networkInstanceId, includesNetworks }: DirectoryQuery): Promise<Iterable<number>> {
    const { reader } = this.#database;
    if (networkInstanceId !== undefined) return listNetworkRooms(reader, networkInstanceId);
    const published = await listPublished(reader);
    return includesNetworks === true ? new Set([...published, ...(await listNetworkRooms(reader))]) : published;
  }
}
