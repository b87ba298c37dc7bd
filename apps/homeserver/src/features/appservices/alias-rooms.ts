import type { RoomAlias } from '@stafette/protocol';
import type { Aliases } from '../rooms/index.ts';
import type { Appservice } from './appservice.ts';

/** The rooms that have an alias in a service's namespaces, in step with the aliases. */
export class AliasRooms {
  readonly #service: Appservice;
  readonly #roomOf = new Map<RoomAlias, number>();
  /** By how many aliases a room is led to. */
  readonly #counts = new Map<number, number>();

  private constructor(service: Appservice) {
    this.#service = service;
  }

  static async open(service: Appservice, aliases: Aliases): Promise<AliasRooms> {
    const rooms = new AliasRooms(service);
    if (service.registration.namespaces.aliases.length === 0) return rooms;
    aliases.onChanged((alias, roomNid) => rooms.#put(alias, roomNid));
    for (const { alias, room_nid: roomNid } of await aliases.listAll()) rooms.#put(alias, roomNid);
    return rooms;
  }

  has(roomNid: number): boolean {
    return this.#counts.has(roomNid);
  }

  #put(alias: RoomAlias, roomNid: number | undefined): void {
    if (!this.#service.ownsAlias(alias)) return;
    const before = this.#roomOf.get(alias);
    if (before !== undefined) this.#count(before, -1);
    if (roomNid === undefined) this.#roomOf.delete(alias);
    else {
      this.#roomOf.set(alias, roomNid);
      this.#count(roomNid, 1);
    }
  }

  #count(roomNid: number, change: 1 | -1): void {
    const count = (this.#counts.get(roomNid) ?? 0) + change;
    if (count === 0) this.#counts.delete(roomNid);
    else this.#counts.set(roomNid, count);
  }
}
