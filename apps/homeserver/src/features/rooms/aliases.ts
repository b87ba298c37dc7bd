import { forbidden, invalidParam, MatrixError, notFound } from '@stafette/contracts';
import {
  parseRoomAlias,
  parseRoomId,
  serverNameOf,
  type JsonObject,
  type RoomAlias,
  type RoomId,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { ActingService, Requester } from '../../http/requester.ts';
import type { RoomEvents, RoomView } from '../room-events/index.ts';
import * as store from './store.ts';

const aliasTaken = (): MatrixError => new MatrixError(409, 'M_UNKNOWN', 'This alias is taken');

/** Hears where an alias leads now; undefined when it is gone. */
export type AliasListener = (alias: RoomAlias, roomNid: number | undefined) => void;

export interface AliasDependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly serverName: ServerName;
  /** Rooms that nobody of this server may come into any more. */
  readonly isBlocked: (roomId: RoomId) => boolean;
  /** Throws M_EXCLUSIVE when an alias is not for who wants it: `service`, or anybody who is no service. */
  readonly assertAllowed: (alias: RoomAlias, service: ActingService | undefined) => void;
  /** Lets an application service make the room of an alias that nobody knows yet; false when none did. */
  readonly askServices: (alias: RoomAlias) => Promise<boolean>;
}

/** The aliases of this server's rooms. https://spec.matrix.org/v1.19/client-server-api/#room-aliases */
export class Aliases {
  readonly #database: Database;
  readonly #roomEvents: RoomEvents;
  readonly #serverName: ServerName;
  readonly #isBlocked: AliasDependencies['isBlocked'];
  readonly #assertAllowed: AliasDependencies['assertAllowed'];
  readonly #askServices: AliasDependencies['askServices'];
  readonly #changedListeners: AliasListener[] = [];

  constructor({ database, roomEvents, serverName, isBlocked, assertAllowed, askServices }: AliasDependencies) {
    this.#database = database;
    this.#roomEvents = roomEvents;
    this.#serverName = serverName;
    this.#isBlocked = isBlocked;
    this.#assertAllowed = assertAllowed;
    this.#askServices = askServices;
  }

  /** Called when an alias leads elsewhere than before. */
  onChanged(listener: AliasListener): void {
    this.#changedListeners.push(listener);
  }

  async find(alias: RoomAlias): Promise<RoomView | undefined> {
    const row = await store.findAlias(this.#database.reader, alias);
    return row === undefined ? undefined : this.#roomEvents.findRoomByNid(row.room_nid);
  }

  /** As {@link find}, for somebody who asks: a room that is none of their business has no aliases. */
  async findFor(userId: UserId | undefined, alias: RoomAlias): Promise<RoomView | undefined> {
    let room = await this.find(alias);
    if (room === undefined && (await this.#askServices(alias))) room = await this.find(alias);
    return room !== undefined && isKnowable(room, userId) ? room : undefined;
  }

  /** The room that an id or an alias names; throws M_NOT_FOUND when there is none here for this user. */
  async resolve(userId: UserId | undefined, idOrAlias: string): Promise<RoomView> {
    const alias = idOrAlias.startsWith('#') ? parseRoomAlias(idOrAlias) : undefined;
    const roomId = alias === undefined ? parseRoomId(idOrAlias) : undefined;
    if (alias === undefined && roomId === undefined) throw invalidParam('This is neither a room id nor an alias');
    const room = alias === undefined ? await this.#roomEvents.findRoom(idOrAlias) : await this.findFor(userId, alias);
    if (room === undefined) throw notFound('There is no such room');
    return room;
  }

  async list(room: RoomView): Promise<readonly RoomAlias[]> {
    return store.listAliases(this.#database.reader, room.nid);
  }

  /** Gives a room an alias; members of the room may, and a service in its own namespace. */
  async add({ userId, service }: Requester, alias: RoomAlias, roomId: RoomId): Promise<void> {
    this.assertAllowed(alias, service);
    const room = await this.#roomEvents.findRoom(roomId);
    if (room === undefined || (service === undefined && room.membershipOf(userId) !== 'join'))
      throw forbidden('Only members of a room can give it an alias');
    if (this.#isBlocked(roomId)) throw forbidden('This room is blocked on this server');
    if (!(await this.insert(userId, alias, room.nid))) throw aliasTaken();
  }

  /** As {@link add} without its checks, for rooms that are being made. False when the alias is taken. */
  async insert(creator: UserId, alias: RoomAlias, roomNid: number): Promise<boolean> {
    const isInserted = await this.#database.write(async (tx) =>
      store.insertAlias(tx, { alias, room_nid: roomNid, creator }),
    );
    if (isInserted) this.#announce(alias, roomNid);
    return isInserted;
  }

  /** Throws when an alias is of another server, or not for who wants it. */
  assertAllowed(alias: RoomAlias, service: ActingService | undefined): void {
    if (serverNameOf(alias) !== this.#serverName) throw invalidParam('Aliases can be made on the own server only');
    this.#assertAllowed(alias, service);
  }

  /** Every alias with its room, for whoever looks for some by their form. */
  async listAll(): Promise<readonly { readonly alias: RoomAlias; readonly room_nid: number }[]> {
    return store.listAllAliases(this.#database.reader);
  }

  /** Who made an alias may take it away, as may administrators and those who decide about the room's main alias. */
  async remove(requester: Requester, alias: RoomAlias): Promise<void> {
    const row = await store.findAlias(this.#database.reader, alias);
    const room = row === undefined ? undefined : await this.#roomEvents.findRoomByNid(row.room_nid);
    const { userId } = requester;
    const isOfService = requester.service?.ownsAlias(alias) === true;
    const isKnown =
      requester.isAdmin || isOfService || row?.creator === userId || (room !== undefined && isKnowable(room, userId));
    if (row === undefined || !isKnown) throw notFound('There is no such alias');
    const mayDecide =
      room?.membershipOf(userId) === 'join' &&
      room.powerLevels.userLevel(userId) >= room.powerLevels.eventLevel('m.room.canonical_alias', true);
    if (!isOfService && !requester.isAdmin) this.#assertAllowed(alias, requester.service);
    if (row.creator !== userId && !requester.isAdmin && !isOfService && !mayDecide)
      throw forbidden('You may not remove this alias');
    await this.#database.write(async (tx) => store.removeAlias(tx, alias));
    this.#announce(alias, undefined);
    if (mayDecide && room !== undefined) await this.#forget(room, userId, alias);
  }

  async move(from: RoomView, to: RoomView): Promise<void> {
    const moved = await this.#database.write(async (tx) => store.moveAliases(tx, from.nid, to.nid));
    for (const alias of moved) this.#announce(alias, to.nid);
  }

  /** Takes all aliases of a room away, and the room off all lists: nobody finds it any more. */
  async removeRoom(tx: WriteTx, roomNid: number): Promise<void> {
    const removed = await store.removeAliasesOf(tx, roomNid);
    await store.removeFromLists(tx, roomNid);
    tx.afterCommit(() => {
      for (const alias of removed) this.#announce(alias, undefined);
    });
  }

  /** An `m.room.canonical_alias` may newly name only aliases that lead to its room. https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-11 */
  async checkCanonical(room: RoomView, content: JsonObject): Promise<void> {
    const before = new Set(aliasesIn(room.state('m.room.canonical_alias', '')?.content ?? {}));
    for (const text of aliasesIn(content)) {
      if (before.has(text)) continue;
      const alias = typeof text === 'string' ? parseRoomAlias(text) : undefined;
      if (alias === undefined) throw invalidParam('An alias is not valid');
      const target = await this.find(alias);
      if (target?.id !== room.id) throw new MatrixError(400, 'M_BAD_ALIAS', 'An alias does not lead to this room');
    }
  }

  /** Takes an alias that is gone out of the room's state. */
  async #forget(room: RoomView, sender: UserId, alias: RoomAlias): Promise<void> {
    const content = room.state('m.room.canonical_alias', '')?.content;
    if (content === undefined || !aliasesIn(content).includes(alias)) return;
    const { alias: main, alt_aliases: others, ...rest } = content;
    const kept = Array.isArray(others) ? others.filter((other) => other !== alias) : undefined;
    const next = {
      ...rest,
      ...(main === undefined || main === alias ? {} : { alias: main }),
      ...(kept === undefined ? {} : { alt_aliases: kept }),
    };
    await this.#roomEvents.append(room.id, [{ type: 'm.room.canonical_alias', stateKey: '', sender, content: next }]);
  }

  #announce(alias: RoomAlias, roomNid: number | undefined): void {
    for (const listener of this.#changedListeners) listener(alias, roomNid);
  }
}

/** Rooms that anybody may come into or knock at. */
const OPEN_JOIN_RULES: ReadonlySet<string> = new Set(['public', 'knock', 'restricted', 'knock_restricted']);

/** Whether somebody may learn that a room exists: guessing the aliases of closed rooms must teach nothing. */
export const isKnowable = (room: RoomView, userId: UserId | undefined): boolean =>
  OPEN_JOIN_RULES.has(room.joinRule) ||
  room.historyVisibility === 'world_readable' ||
  (userId !== undefined && room.membershipOf(userId) !== undefined);

/** Everything that a canonical alias event names, good or bad. */
function aliasesIn(content: JsonObject): readonly unknown[] {
  const { alias, alt_aliases: others } = content;
  const isNone = alias === undefined || alias === null || alias === '';
  return [...(isNone ? [] : [alias]), ...(Array.isArray(others) ? others : [])];
}
