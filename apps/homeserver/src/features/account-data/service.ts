import { MatrixError } from '@stafette/contracts';
import {
  isJsonObject,
  type DeviceId,
  type JsonObject,
  type JsonValue,
  type RoomId,
  type UserId,
  readStoredJson,
} from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { AccountDataEntry, AccountDataStream } from '../../streams/sync-stream.ts';
import * as store from './store.ts';
import { WriteQueue } from './write-queue.ts';

interface Dependencies {
  readonly database: Database;
  readonly notifier: Notifier;
}

/** Entries that one account may have, so that nobody fills the disk by naming things. */
const MAX_ENTRIES = 10_000;

/** Whether a device is to be silent, in an entry that ends with its id; under the second name before there was a version. */
const OF_DEVICES = ['m.local_notification_settings.', 'org.matrix.msc3890.local_notification_settings.'];

const tooMany = (): MatrixError =>
  new MatrixError(413, 'M_TOO_LARGE', `An account has at most ${MAX_ENTRIES} entries of account data`);

function readContent(json: string | undefined): JsonObject {
  // Written by JSON.stringify from an object.
  const value = readStoredJson(json ?? '{}') as JsonValue;
  return isJsonObject(value) ? value : {};
}

/**
 * What clients keep with the account, for themselves and for each room. The server looks into very little of it.
 * https://spec.matrix.org/v1.19/client-server-api/#client-config
 */
export class AccountData implements AccountDataStream {
  readonly position: StreamPosition;
  readonly #database: Database;
  readonly #notifier: Notifier;
  readonly #queue = new WriteQueue();
  readonly #listeners: ((userId: UserId, type: string, roomId: RoomId | undefined) => void)[] = [];

  private constructor({ database, notifier }: Dependencies, lastPosition: number) {
    this.#database = database;
    this.#notifier = notifier;
    this.position = new StreamPosition('accountData', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<AccountData> {
    return new AccountData(dependencies, await store.findLastPosition(dependencies.database.reader));
  }

  /** Called when an entry has changed and is visible, before anybody is woken. */
  onChanged(listener: (userId: UserId, type: string, roomId: RoomId | undefined) => void): void {
    this.#listeners.push(listener);
  }

  async find(userId: UserId, roomId: RoomId | undefined, type: string): Promise<JsonObject | undefined> {
    const json = await store.find(this.#database.reader, userId, roomId ?? '', type);
    return json === undefined ? undefined : readContent(json);
  }

  /** An entry that belongs to no room, of those users who have it. */
  async findOfUsers(userIds: readonly UserId[], type: string): Promise<ReadonlyMap<UserId, JsonObject>> {
    const rows = await store.listOfUsers(this.#database.reader, userIds, type);
    return new Map(rows.map((row) => [row.user_id, readContent(row.content)]));
  }

  /** All entries of the given types, of rooms and of none. */
  async listOfTypes(
    userId: UserId,
    types: readonly string[],
  ): Promise<readonly { readonly roomId: RoomId | undefined; readonly type: string; readonly content: JsonObject }[]> {
    const rows = await store.listOfTypes(this.#database.reader, userId, types);
    return rows.map(({ room_id: scope, type, content }) => ({
      roomId: scope === '' ? undefined : scope,
      type,
      content: readContent(content),
    }));
  }

  /** What the user has attached to a room. */
  async listOfRoom(userId: UserId, roomId: RoomId): Promise<readonly AccountDataEntry[]> {
    const rows = await store.listOfScope(this.#database.reader, userId, roomId);
    return rows.map(({ type, content }) => ({ type, content }));
  }

  /** Everything, by room; what belongs to no room is under the empty text. */
  async listEverything(userId: UserId): Promise<ReadonlyMap<RoomId | '', JsonObject>> {
    const rows = await store.listAll(this.#database.reader, userId, this.position.current);
    const byScope = Map.groupBy(rows, (row) => row.room_id);
    return new Map(
      [...byScope].map(([scope, ofScope]) => [
        scope,
        Object.fromEntries(ofScope.map(({ type, content }) => [type, readContent(content)])),
      ]),
    );
  }

  /**
   * Writes an entry; an empty one is removed. Clients hear of an empty one, and it is gone for those that come later.
   * https://github.com/matrix-org/matrix-spec-proposals/pull/3391
   */
  async put(userId: UserId, roomId: RoomId | undefined, type: string, content: JsonObject): Promise<void> {
    const row = { room_id: roomId ?? '', type, content: JSON.stringify(content) } as const;
    await this.#write(userId, roomId, type, async (tx, position) => this.#upsert(tx, userId, row, position));
  }

  async remove(userId: UserId, roomId: RoomId | undefined, type: string): Promise<void> {
    await this.put(userId, roomId, type, {});
  }

  /**
   * Removes what clients keep of devices that are gone.
   * https://github.com/matrix-org/matrix-spec-proposals/pull/3890
   */
  async removeDevices(userId: UserId, deviceIds: readonly DeviceId[]): Promise<void> {
    const types = deviceIds.flatMap((deviceId) => OF_DEVICES.map((prefix) => prefix + deviceId));
    for (const { roomId, type } of await this.listOfTypes(userId, types))
      if (roomId === undefined) await this.remove(userId, undefined, type);
  }

  /** Replaces an entry by what `edit` makes of it. */
  async edit(
    userId: UserId,
    roomId: RoomId | undefined,
    type: string,
    edit: (content: JsonObject) => JsonObject,
  ): Promise<void> {
    const scope = roomId ?? '';
    await this.#write(userId, roomId, type, async (tx, position) => {
      const content = edit(readContent(await store.find(tx, userId, scope, type)));
      await this.#upsert(tx, userId, { room_id: scope, type, content: JSON.stringify(content) }, position);
    });
  }

  async changes(
    userId: UserId,
    from: number | undefined,
    to: number,
  ): Promise<{
    readonly global: readonly AccountDataEntry[];
    readonly rooms: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
  }> {
    const { reader } = this.#database;
    const rows =
      from === undefined ? await store.listAll(reader, userId, to) : await store.listChanged(reader, userId, from, to);
    const global: AccountDataEntry[] = [];
    const rooms = new Map<RoomId, AccountDataEntry[]>();
    for (const { room_id: scope, type, content } of rows) {
      if (scope === '') global.push({ type, content });
      else rooms.set(scope, [...(rooms.get(scope) ?? []), { type, content }]);
    }
    return { global, rooms };
  }

  /** Leaves nothing of the account's behind. */
  async erase(userId: UserId): Promise<void> {
    await this.#database.write((tx) => store.removeAll(tx, userId));
  }

  /** Leaves nothing of a room that is no more. */
  async removeRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
    await store.removeOfRoom(tx, roomId);
  }

  async #upsert(tx: WriteTx, userId: UserId, row: store.AccountDataRow, position: number): Promise<void> {
    const isNew = await store.upsert(tx, userId, row, position, row.content === '{}');
    if (isNew && (await store.count(tx, userId)) > MAX_ENTRIES) throw tooMany();
  }

  async #write(
    userId: UserId,
    roomId: RoomId | undefined,
    type: string,
    write: (tx: WriteTx, position: number) => Promise<void>,
  ): Promise<void> {
    const announce = (): void => {
      for (const listener of this.#listeners) listener(userId, type, roomId);
      this.#notifier.wake(userId);
    };
    // Queued before a position is taken: the entry with the later position is the one that was written later.
    await this.#queue.run(userId, async () =>
      this.position.write(1, async (position) => this.#database.write(async (tx) => write(tx, position)), announce),
    );
  }
}
