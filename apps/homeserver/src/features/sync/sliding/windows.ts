import type { RoomId } from '@stafette/protocol';
import type { Memberships } from '../../room-events/index.ts';
import type { ListedRooms } from './filtered-rooms.ts';
import type { Progress } from './connections.ts';
import type { RoomConfig } from './room-config.ts';
import type { ListRequest, Range, RequestShape, ScopedExtension } from './sliding-request.ts';
import type { UserRooms } from './user-rooms.ts';

/** What one list shows of the rooms that pass its filter. */
class Window {
  readonly list: ListRequest;
  readonly rooms: ListedRooms;
  /** The ranges show every room: then none need be counted. */
  readonly isWhole: boolean;
  #shown: ReadonlySet<RoomId> | undefined;

  constructor(list: ListRequest, rooms: ListedRooms) {
    this.list = list;
    this.rooms = rooms;
    this.isWhole = list.ranges.some(([first, last]) => first === 0 && last >= rooms.size - 1);
  }

  has(roomId: RoomId): boolean {
    return this.isWhole ? this.rooms.has(roomId) : this.#inRange().has(roomId);
  }

  all(): Iterable<RoomId> {
    return this.isWhole ? this.rooms.newestFirst() : this.#inRange();
  }

  #inRange(): ReadonlySet<RoomId> {
    this.#shown ??= roomsInRanges(this.rooms, this.list.ranges);
    return this.#shown;
  }
}

function roomsInRanges(rooms: ListedRooms, ranges: readonly Range[]): ReadonlySet<RoomId> {
  const shown = new Set<RoomId>();
  const end = Math.max(-1, ...ranges.map(([, last]) => last));
  let index = 0;
  for (const roomId of rooms.newestFirst()) {
    if (index > end) break;
    const place = index;
    if (ranges.some(([first, last]) => first <= place && place <= last)) shown.add(roomId);
    index += 1;
  }
  return shown;
}

/** What a request shows of the user's rooms at one moment. */
export class Windows {
  readonly #shape: RequestShape;
  readonly #rooms: UserRooms;
  readonly #memberships: Memberships;
  readonly #windows: readonly Window[];

  constructor(shape: RequestShape, rooms: UserRooms, memberships: Memberships) {
    this.#shape = shape;
    this.#rooms = rooms;
    this.#memberships = memberships;
    this.#windows = shape.lists.map((list) => new Window(list, rooms.passing(list.filter)));
  }

  /** Rooms in each list, shown or not. */
  counts(): readonly (readonly [list: string, count: number])[] {
    return this.#windows.map(({ list, rooms }) => [list.name, rooms.size]);
  }

  versions(): ReadonlyMap<string, object> {
    return new Map(this.#windows.map(({ list, rooms }) => [list.name, rooms.version]));
  }

  /**
   * The rooms that an answer has to look at. A window that shows all there is changes only with its rooms; another one is
   * looked through, since rooms move into it when others leave.
   */
  candidates(progress: Progress | undefined, changed: ReadonlySet<RoomId>): ReadonlySet<RoomId> {
    const isSameShape = progress?.shape.key === this.#shape.key;
    const found = new Set<RoomId>();
    for (const window of this.#windows) {
      const isSteady =
        isSameShape && window.isWhole && progress.versions.get(window.list.name) === window.rooms.version;
      for (const roomId of isSteady ? changed : window.all()) if (!isSteady || window.has(roomId)) found.add(roomId);
    }
    for (const roomId of isSameShape ? changed : this.#shape.subscriptions.keys())
      if (this.#isSubscribed(roomId)) found.add(roomId);
    return found;
  }

  /** Every room that is shown. */
  all(): ReadonlySet<RoomId> {
    return this.candidates(undefined, new Set());
  }

  /** Undefined when the request shows nothing of the room. */
  configOf(roomId: RoomId): RoomConfig | undefined {
    const configs = this.#windows.filter((window) => window.has(roomId)).map((window) => window.list.config);
    const subscribed = this.#isSubscribed(roomId) ? this.#shape.subscriptions.get(roomId) : undefined;
    return this.#shape.combine(subscribed === undefined ? configs : [...configs, subscribed]);
  }

  listNames(roomId: RoomId): readonly string[] {
    return this.#windows.filter((window) => window.has(roomId)).map((window) => window.list.name);
  }

  /** Whether an extension is to tell something of a room. */
  isInScope(extension: ScopedExtension, roomId: RoomId): boolean {
    const scope = this.#shape.scopes[extension];
    if (scope === undefined) return false;
    const isNamed = this.#isSubscribed(roomId) && scope.rooms?.has(roomId) !== false;
    return (
      isNamed || this.#windows.some((window) => scope.lists?.has(window.list.name) !== false && window.has(roomId))
    );
  }

  /** Also to a room that the user has left by themselves, which no list has. */
  #isSubscribed(roomId: RoomId): boolean {
    if (!this.#shape.subscriptions.has(roomId)) return false;
    const own = this.#memberships.get(roomId);
    return this.#rooms.has(roomId) || (own?.membership === 'leave' && !own.isForgotten);
  }
}
