import type { RoomSummary } from '../../model/room-summary.ts';
import { folded } from '../../text/folded.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

export type RoomFilter = 'all' | 'unread' | 'people' | 'rooms';

export interface RoomListSnapshot {
  readonly query: string;
  readonly filter: RoomFilter;
  readonly invitations: readonly RoomSummary[];
  readonly rooms: readonly RoomSummary[];
  /** Whether there is any conversation at all, found or not. */
  readonly isEmpty: boolean;
  readonly unreadTotal: number;
}

export interface RoomListDependencies {
  readonly rooms: Observable<readonly RoomSummary[]>;
}

const FILTERS: Readonly<Record<RoomFilter, (room: RoomSummary) => boolean>> = {
  all: () => true,
  unread: ({ unreadCount }) => unreadCount > 0,
  people: ({ isDirect }) => isDirect,
  rooms: ({ isDirect }) => !isDirect,
};

/** The conversations in the order people look for them: invitations, then what happened last. */
export class RoomListViewModel implements Disposable {
  readonly #rooms: Observable<readonly RoomSummary[]>;
  readonly #snapshot: MutableValue<RoomListSnapshot>;
  readonly #cleanups = new Cleanups();
  #query = '';
  #filter: RoomFilter = 'all';

  constructor({ rooms }: RoomListDependencies) {
    this.#rooms = rooms;
    this.#snapshot = new MutableValue(this.#compute());
    this.#cleanups.add(rooms.subscribe(() => this.#snapshot.set(this.#compute())));
  }

  get snapshot(): Observable<RoomListSnapshot> {
    return this.#snapshot;
  }

  readonly search = (query: string): void => {
    this.#query = query;
    this.#snapshot.set(this.#compute());
  };

  readonly choose = (filter: RoomFilter): void => {
    this.#filter = filter;
    this.#snapshot.set(this.#compute());
  };

  #compute(): RoomListSnapshot {
    const all = this.#rooms.get();
    const words = folded(this.#query).split(/\s+/).filter(Boolean);
    const matches = all.filter(({ name }) => words.every((word) => folded(name).includes(word)));
    const byActivity = matches.toSorted((a, b) => b.lastActivityTs - a.lastActivityTs || a.name.localeCompare(b.name));
    return {
      query: this.#query,
      filter: this.#filter,
      invitations: byActivity.filter(({ membership }) => membership === 'invited'),
      rooms: byActivity.filter((room) => room.membership === 'joined' && FILTERS[this.#filter](room)),
      isEmpty: all.length === 0,
      unreadTotal: all.reduce(
        (sum, { unreadCount, membership }) => sum + (membership === 'invited' ? 1 : unreadCount),
        0,
      ),
    };
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}
