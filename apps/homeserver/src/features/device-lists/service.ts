import { invalidParam } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { DeviceListInterval, DeviceListStream } from '../../streams/sync-stream.ts';
import { parseSyncToken } from '../../streams/tokens.ts';
import type { RoomEvents } from '../room-events/index.ts';
import type { CompanionFinder } from './companions.ts';
import * as store from './store.ts';

/** What a change of keys says about itself: whether others have to fetch them again, and the caller's own result. */
export interface KeyChange<T> {
  readonly isChanged: boolean;
  readonly result: T;
}

/** The same of the keys of several users: whose others have to fetch again. */
interface KeyChanges<T> {
  readonly changed: ReadonlySet<UserId>;
  readonly result: T;
}

export interface KeyChangeOptions {
  /** The only one who can see the difference; everybody who shares a room with the user when absent. */
  readonly audience?: UserId | undefined;
}

export interface ListChanges {
  readonly changed: readonly UserId[];
  readonly left: readonly UserId[];
}

interface Dependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly roomEvents: Pick<RoomEvents, 'usersSharingRooms'>;
  readonly companions: Pick<CompanionFinder, 'findSince' | 'findSharing'>;
}

/**
 * Tells clients whose keys to fetch again. One row a user, written in the transaction that changes the keys.
 * https://spec.matrix.org/v1.19/client-server-api/#tracking-the-device-list-for-a-user
 */
export class DeviceLists implements DeviceListStream {
  readonly position: StreamPosition;
  readonly #dependencies: Dependencies;

  private constructor(dependencies: Dependencies, lastPosition: number) {
    this.#dependencies = dependencies;
    this.position = new StreamPosition('deviceLists', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<DeviceLists> {
    return new DeviceLists(dependencies, await store.findLastPosition(dependencies.database.reader));
  }

  /** Runs a change of a user's keys; when it says that something changed, those who can see it hear of it. */
  async change<T>(
    userId: UserId,
    change: (tx: WriteTx) => Promise<KeyChange<T>>,
    options: KeyChangeOptions = {},
  ): Promise<T> {
    const changeOne = async (tx: WriteTx): Promise<KeyChanges<T>> => {
      const { isChanged, result } = await change(tx);
      return { changed: new Set(isChanged ? [userId] : []), result };
    };
    return this.changeMany(1, changeOne, options);
  }

  /** As {@link change}, for the keys of at most `count` users in one transaction. */
  async changeMany<T>(
    count: number,
    change: (tx: WriteTx) => Promise<KeyChanges<T>>,
    { audience }: KeyChangeOptions = {},
  ): Promise<T> {
    const { database, notifier } = this.#dependencies;
    const outcome = await this.position.write(
      count,
      async (first) => {
        const made = await database.write(async (tx) => {
          const changes = await change(tx);
          const rows = [...changes.changed].map((userId, index) => ({ position: first + index, userId }));
          if (rows.length > 0) await store.insertChanges(tx, rows, audience);
          return changes;
        });
        const hearers = audience === undefined ? await this.#hearersOf(made.changed) : [audience];
        return { ...made, hearers: made.changed.size === 0 ? [] : hearers };
      },
      ({ hearers }) => notifier.wakeAll(hearers),
    );
    return outcome.result;
  }

  async #hearersOf(userIds: Iterable<UserId>): Promise<ReadonlySet<UserId>> {
    const hearers = new Set<UserId>();
    for (const userId of userIds)
      for (const hearer of await this.#dependencies.roomEvents.usersSharingRooms(userId)) hearers.add(hearer);
    return hearers;
  }

  /** For changes that the key tables do not hold: a device has another name. */
  async announce(userId: UserId): Promise<void> {
    await this.change(userId, async () => ({ isChanged: true, result: undefined }));
  }

  /** Grows with every change of the user's keys that others hear of. */
  async versionOf(userId: UserId): Promise<number> {
    return store.findVersion(this.#dependencies.database.reader, userId);
  }

  /**
   * Somebody logged in: their other devices hear of it. For everybody else a device begins with its keys, of which they hear
   * when it has some; there is nothing of it to fetch before.
   */
  async announceLogIn(userId: UserId): Promise<void> {
    await this.change(userId, async () => ({ isChanged: true, result: undefined }), { audience: userId });
  }

  /**
   * `changed`: everybody whose keys changed and who shares a room now, and everybody who did not share one all the time.
   * `left`: everybody who shared a room at the beginning and shares none now.
   */
  async changes(viewer: UserId, { deviceLists, events }: DeviceListInterval): Promise<ListChanges> {
    const { companions } = this.#dependencies;
    const { from, to } = deviceLists;
    const [rows, { cameTogether, parted }] = await Promise.all([
      from < to ? store.listChangedUsers(this.#dependencies.database.reader, viewer, from, to) : [],
      companions.findSince(viewer, events.from),
    ]);
    const changed = new Set(cameTogether);
    const undecided = new Set([...parted].filter((userId) => !changed.has(userId)));
    for (const { user_id: userId, is_personal: isPersonal } of rows) {
      if (isPersonal || userId === viewer) changed.add(userId);
      else if (!changed.has(userId)) undecided.add(userId);
    }
    const sharing = await companions.findSharing(viewer, undecided);
    for (const { user_id: userId } of rows) if (sharing.has(userId)) changed.add(userId);
    return {
      changed: [...changed],
      left: [...parted].filter((userId) => !cameTogether.has(userId) && !sharing.has(userId)),
    };
  }
  /** As {@link changes}, between two synchronisation tokens. Throws M_INVALID_PARAM when one is none. */
  async changesBetween(viewer: UserId, tokens: { readonly from: string; readonly to: string }): Promise<ListChanges> {
    const from = parseSyncToken(tokens.from);
    const to = parseSyncToken(tokens.to);
    if (from === undefined || to === undefined)
      throw invalidParam('from and to must be tokens of earlier synchronisations');
    return this.changes(viewer, {
      deviceLists: { from: from.deviceLists, to: to.deviceLists },
      events: { from: from.events, to: to.events },
    });
  }
}
