import type { RoomId, ServerName } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import * as store from './room-store.ts';

const MAX_LARGEST = 10;

/** What administrators see of rooms: what their state says of them, never what is said in them. */
export class RoomListing {
  readonly #database: Database;
  readonly #serverName: ServerName;

  constructor({ database, serverName }: { readonly database: Database; readonly serverName: ServerName }) {
    this.#database = database;
    this.#serverName = serverName;
  }

  async list(query: store.RoomQuery): Promise<{ readonly rooms: readonly store.RoomRow[]; readonly total: number }> {
    return store.listRooms(this.#database.reader, this.#serverName, query);
  }

  async find(roomId: RoomId): Promise<store.RoomRow | undefined> {
    return store.findRoom(this.#database.reader, this.#serverName, roomId);
  }

  async findDetails(roomId: RoomId): Promise<store.RoomDetailRow | undefined> {
    return store.findRoomDetails(this.#database.reader, this.#serverName, roomId);
  }

  async listLargest(): Promise<readonly { readonly roomId: RoomId; readonly sizeBytes: number }[]> {
    return store.listLargestRooms(this.#database.reader, MAX_LARGEST);
  }

  async listExtremities(roomNid: number): Promise<readonly store.ExtremityRow[]> {
    return store.listExtremities(this.#database.reader, roomNid);
  }
}
