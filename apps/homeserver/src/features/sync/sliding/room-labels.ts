import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import { isJsonObject, parseRoomId } from '@stafette/protocol';

/** What a user's account data says of their rooms. */
export interface Labels {
  /** Rooms that are talks with single persons. */
  readonly direct: ReadonlySet<RoomId>;
  readonly tags: ReadonlyMap<RoomId, ReadonlySet<string>>;
}

interface LabelledEntry {
  readonly roomId: RoomId | undefined;
  readonly type: string;
  readonly content: JsonObject;
}

export interface LabelSource {
  listOfTypes(userId: UserId, types: readonly string[]): Promise<readonly LabelledEntry[]>;
  onChanged(listener: (userId: UserId, type: string) => void): void;
}

/** Users whose labels are kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 20_000;
const DIRECT = 'm.direct';
const TAG = 'm.tag';

function directRooms(content: JsonObject): ReadonlySet<RoomId> {
  const rooms = Object.values(content).flatMap((value) => (Array.isArray(value) ? value : []));
  const roomIds = rooms.map((room) => (typeof room === 'string' ? parseRoomId(room) : undefined));
  return new Set(roomIds.filter((roomId) => roomId !== undefined));
}

function labelsOf(entries: readonly LabelledEntry[]): Labels {
  let direct: ReadonlySet<RoomId> = new Set();
  const tags = new Map<RoomId, ReadonlySet<string>>();
  for (const { roomId, type, content } of entries) {
    if (type === DIRECT && roomId === undefined) direct = directRooms(content);
    if (type === TAG && roomId !== undefined && isJsonObject(content['tags']))
      tags.set(roomId, new Set(Object.keys(content['tags'])));
  }
  return { direct, tags };
}

/** Which rooms users talk to single persons in, and how they tagged their rooms. */
export class RoomLabels {
  readonly #source: LabelSource;
  readonly #known = new Map<UserId, Promise<Labels>>();

  constructor(source: LabelSource) {
    this.#source = source;
    source.onChanged((userId, type) => {
      if (type === DIRECT || type === TAG) this.#known.delete(userId);
    });
  }

  /** The same object for as long as nothing changes. */
  async of(userId: UserId): Promise<Labels> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    const reading = this.#source.listOfTypes(userId, [DIRECT, TAG]).then(labelsOf);
    this.#known.set(userId, reading);
    try {
      return await reading;
    } catch (error) {
      this.#known.delete(userId);
      throw error;
    }
  }
}
