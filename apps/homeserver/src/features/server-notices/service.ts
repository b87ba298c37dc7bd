import { invalidParam, notFound } from '@stafette/contracts';
import {
  serverNameOf,
  type EventId,
  type JsonObject,
  type RoomId,
  type RoomVersion,
  type UserId,
} from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { Turns } from '../../platform/turns.ts';
import type { AccountData } from '../account-data/index.ts';
import type { Account } from '../identity/index.ts';
import type { Messages } from '../messages/index.ts';
import type { RoomEvents, TransactionKey } from '../room-events/index.ts';
import type { RoomCreation } from '../rooms/index.ts';
import * as store from './store.ts';

export interface Notice {
  readonly content: JsonObject;
  /** `m.room.message` when absent. */
  readonly type?: string | undefined;
  /** Present, possibly empty, for a state event. */
  readonly stateKey?: string | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly creation: RoomCreation;
  readonly messages: Messages;
  readonly accountData: AccountData;
  readonly findAccount: (userId: UserId) => Promise<Account | undefined>;
  /** Who speaks for the server. */
  readonly sender: UserId;
  /** What people see of the sender and of the room. */
  readonly name: string;
  readonly version: RoomVersion;
}

/** Below what any event takes: people read, and change nothing. */
const READER_LEVEL = -10;

/**
 * What the server itself has to tell people, in a room of each person's own. Readable by the server, so not encrypted.
 * https://spec.matrix.org/v1.19/client-server-api/#server-notices
 */
export class ServerNotices {
  readonly #d: Dependencies;
  readonly #turns = new Turns();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * Tells a person of this server something, in the order of the calls. Throws M_NOT_FOUND when there is no such person
   * any more.
   */
  async send(userId: UserId, notice: Notice, transaction?: TransactionKey): Promise<EventId> {
    const { sender, messages } = this.#d;
    if (serverNameOf(userId) !== serverNameOf(sender)) throw invalidParam('This user is not of this server');
    return this.#turns.take(userId, async () => {
      await this.#assertReachable(userId);
      const roomId = (await store.findRoom(this.#d.database.reader, userId)) ?? (await this.#createRoom(userId));
      await this.#bringIn(userId, roomId);
      const { content, stateKey, type = 'm.room.message' } = notice;
      const event = { roomId, sender, type, content, originServerTs: undefined };
      return stateKey === undefined
        ? messages.send(event, transaction)
        : messages.setState(event, stateKey, transaction);
    });
  }

  /** Forgets where an ended account was told things. */
  async erase(userId: UserId): Promise<void> {
    await this.#turns.take(userId, async () => this.#d.database.write((tx) => store.removeRoom(tx, userId)));
  }

  /** Leaves nothing of a room that is no more. */
  async forgetRoom(tx: WriteTx, roomId: RoomId): Promise<void> {
    await store.removeOfRoom(tx, roomId);
  }

  async #assertReachable(userId: UserId): Promise<void> {
    const account = await this.#d.findAccount(userId);
    if (account === undefined || account.isDeactivated || account.kind === 'server')
      throw notFound('There is nobody on this server to tell');
  }

  /** The person comes in last: they see a room that is tagged already, and a crash on the way leaves them none. */
  async #createRoom(userId: UserId): Promise<RoomId> {
    const { creation, accountData, database, sender, name, version } = this.#d;
    const roomId = await creation.make({
      version,
      creator: sender,
      creatorProfile: { displayname: name },
      preset: 'private_chat',
      creationContent: { 'm.federate': false },
      powerLevelOverride: { users_default: READER_LEVEL },
      initialState: [{ type: 'm.room.guest_access', stateKey: '', content: { guest_access: 'forbidden' } }],
      alias: undefined,
      name,
      topic: undefined,
      invitees: [],
      isDirect: false,
      forcesEncryption: false,
    });
    await accountData.put(userId, roomId, 'm.tag', { tags: { 'm.server_notice': {} } });
    await database.write((tx) => store.insertRoom(tx, userId, roomId));
    return roomId;
  }

  async #bringIn(userId: UserId, roomId: RoomId): Promise<void> {
    const { roomEvents, sender } = this.#d;
    const membership = (await roomEvents.getRoom(roomId)).membershipOf(userId);
    if (membership === 'join' || membership === 'invite') return;
    await roomEvents.append(roomId, [
      { type: 'm.room.member', stateKey: userId, sender, content: { membership: 'invite' } },
    ]);
  }
}
