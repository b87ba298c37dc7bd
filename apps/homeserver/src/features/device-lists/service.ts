import type { UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { DeviceListInterval, DeviceListStream } from '../../streams/sync-stream.ts';
import type { RoomEvents } from '../room-events/index.ts';
import type { CompanionFinder } from './companions.ts';
import * as store from './store.ts';

/** What a change of keys says about itself: whether others have to fetch them again, and the caller's own result. */
export interface KeyChange<T> {
  readonly isChanged: boolean;
  readonly result: T;
}

interface Dependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly roomEvents: Pick<RoomEvents, 'usersSharingRooms'>;
  readonly companions: Pick<CompanionFinder, 'find' | 'isQuiet'>;
}

/**
 * Tells clients whose keys to fetch again. One row a change, written in the transaction that changes the keys.
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

  /** Runs a change of a user's keys; when it says that something changed, everybody who shares a room hears of it. */
  async change<T>(userId: UserId, change: (tx: WriteTx) => Promise<KeyChange<T>>): Promise<T> {
    const outcome = await this.position.write(1, (position) =>
      this.#dependencies.database.write(async (tx) => {
        const made = await change(tx);
        if (made.isChanged) await store.insertChange(tx, position, userId);
        return made;
      }),
    );
    if (outcome.isChanged) this.#dependencies.notifier.wakeAll(await this.#dependencies.roomEvents.usersSharingRooms(userId));
    return outcome.result;
  }

  /** Somebody who left and came back within the interval counts as changed: their devices may have changed while nobody told. */
  async changes(userId: UserId, { deviceLists, events }: DeviceListInterval): Promise<{ readonly changed: readonly UserId[]; readonly left: readonly UserId[] }> {
    const { companions } = this.#dependencies;
    const changedUsers = await this.#listChangedUsers(deviceLists.from, deviceLists.to);
    if (changedUsers.length === 0 && companions.isQuiet(events)) return { changed: [], left: [] };
    const { cameTogether, parted, sharesNow } = await companions.find(userId, events);
    const changed = new Set([...cameTogether, ...changedUsers.filter((other) => other === userId || sharesNow(other))]);
    const left = [...parted].filter((other) => !sharesNow(other));
    return { changed: [...changed], left };
  }

  async #listChangedUsers(after: number, upTo: number): Promise<readonly UserId[]> {
    if (after >= upTo) return [];
    const rows = await store.listChangedUsers(this.#dependencies.database.reader, after, upTo);
    return rows.map((row) => row.user_id);
  }
}
