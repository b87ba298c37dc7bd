import type { JsonObject, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { ProfileInterval, ProfileListener, ProfileStream } from '../../streams/sync-stream.ts';
import type { CompanionFinder } from '../device-lists/index.ts';
import type { RoomEvents } from '../room-events/index.ts';
import { profileJson, toProfile } from './profile-fields.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: Pick<RoomEvents, 'usersSharingRooms'>;
  readonly companions: Pick<CompanionFinder, 'findSince' | 'findSharing'>;
}

/** Tells devices of changed profiles. One row a field, written in the transaction that changes it. */
export class ProfileNews implements ProfileStream {
  readonly position: StreamPosition;
  readonly #d: Dependencies;
  readonly #listeners: ProfileListener[] = [];

  private constructor(dependencies: Dependencies, lastPosition: number) {
    this.#d = dependencies;
    this.position = new StreamPosition('profiles', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<ProfileNews> {
    return new ProfileNews(dependencies, await store.findLastPosition(dependencies.database.reader));
  }

  onChanged(listener: ProfileListener): void {
    this.#listeners.push(listener);
  }

  /** Runs a change of a profile; those who share a room with the user hear of the fields that it says have changed. */
  async write<T>(
    userId: UserId,
    change: (tx: WriteTx) => Promise<T>,
    changedFields: (result: T) => readonly string[],
  ): Promise<T> {
    const { database, roomEvents } = this.#d;
    const outcome = await this.position.write(
      1,
      async (position) => {
        const made = await database.write(async (tx) => {
          const result = await change(tx);
          const fields = changedFields(result);
          if (fields.length > 0) await store.putChanges(tx, userId, fields, position);
          return { result, isChanged: fields.length > 0 };
        });
        const hearers = made.isChanged ? await roomEvents.usersSharingRooms(userId) : undefined;
        return { ...made, hearers, position };
      },
      ({ hearers, position }) => {
        if (hearers !== undefined) for (const listener of this.#listeners) listener(hearers, position);
      },
    );
    return outcome.result;
  }

  async changes(
    viewer: UserId,
    { profiles: { from, to }, eventsFrom }: ProfileInterval,
  ): ReturnType<ProfileStream['changes']> {
    const { database, companions } = this.#d;
    const [rows, parted] = await Promise.all([
      from < to ? store.listChanges(database.reader, from, to) : [],
      eventsFrom === undefined
        ? new Set<UserId>()
        : companions.findSince(viewer, eventsFrom).then((since) => since.parted),
    ]);
    const sharing = await companions.findSharing(viewer, new Set([...rows.map((row) => row.userId), ...parted]));
    const told = rows.filter(({ userId }) => userId === viewer || sharing.has(userId));
    return {
      changed: new Map(told.map(({ userId, fields }) => [userId, fields])),
      left: new Set([...parted].filter((userId) => userId !== viewer && !sharing.has(userId))),
    };
  }

  async read(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, JsonObject>> {
    const rows = userIds.length === 0 ? [] : await store.findMany(this.#d.database.reader, userIds);
    return new Map(rows.map((row) => [row.user_id, profileJson(toProfile(row))]));
  }
}
