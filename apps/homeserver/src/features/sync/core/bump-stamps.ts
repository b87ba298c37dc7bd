import type { Database } from '../../../database/database.ts';
import { listLastOfTypes, type StoredEvent } from '../../room-events/index.ts';

/** What moves a room up in a list that is sorted by activity. https://github.com/matrix-org/matrix-spec-proposals/pull/4186 */
const BUMPING = new Set([
  'm.room.create',
  'm.room.message',
  'm.room.encrypted',
  'm.sticker',
  'm.call.invite',
  'm.poll.start',
  'org.matrix.msc3381.poll.start',
  'm.beacon_info',
  'org.matrix.msc3672.beacon_info',
]);

/** Rooms remembered before all are forgotten and read again as needed: a few megabytes. */
const MAX_ROOMS = 100_000;

/** Position of the last event in each room that people would call activity. */
export class BumpStamps {
  readonly #database: Database;
  /** By room number. */
  readonly #known = new Map<number, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes in an event that became visible, in order of positions. */
  observe({ type, roomNid, pos }: Pick<StoredEvent, 'type' | 'roomNid' | 'pos'>): void {
    if (BUMPING.has(type)) this.#set(roomNid, pos);
  }

  /** By room number; every room has a stamp, since it has a create event. */
  async of(roomNids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const missing = roomNids.filter((roomNid) => !this.#known.has(roomNid));
    const stored = missing.length === 0 ? [] : await listLastOfTypes(this.#database.reader, missing, [...BUMPING]);
    // What was observed while the database was read is newer.
    for (const { roomNid, pos } of stored) if (!this.#known.has(roomNid)) this.#set(roomNid, pos);
    return new Map(roomNids.map((roomNid) => [roomNid, this.#known.get(roomNid) ?? 0]));
  }

  #set(roomNid: number, pos: number): void {
    if (this.#known.size >= MAX_ROOMS) this.#known.clear();
    this.#known.set(roomNid, pos);
  }
}
