import {
  encodeBase64,
  referenceHash,
  type EventReference,
  type ProtocolCrypto,
  type ServerName,
} from '@stafette/protocol';
import type { Database, ReadTx } from '../../database/database.ts';
import { listEvents, versionOf } from './event-rows.ts';
import { RoomActor } from './room-actor.ts';
import { RoomState } from './room-state.ts';
import { findRoom, findRoomByNid, listCurrentState, type RoomRecord } from './store.ts';

/** Rooms kept in memory; beyond that, those without pending events go, the one not used for the longest first. */
const MAX_ROOMS = 20_000;

/** The actors of the rooms in memory. There is never more than one for a room. */
export class RoomRegistry {
  readonly #database: Database;
  readonly #context: { readonly serverName: ServerName; readonly crypto: ProtocolCrypto };
  readonly #byId = new Map<string, RoomActor>();
  readonly #idsByNid = new Map<number, string>();
  readonly #loading = new Map<string, Promise<RoomActor | undefined>>();

  constructor(database: Database, context: { readonly serverName: ServerName; readonly crypto: ProtocolCrypto }) {
    this.#database = database;
    this.#context = context;
  }

  /** The actor if it is in memory. */
  peek(roomId: string): RoomActor | undefined {
    return this.#byId.get(roomId);
  }

  async find(roomId: string): Promise<RoomActor | undefined> {
    const known = this.#byId.get(roomId);
    if (known !== undefined) {
      // Moves it to the end of the order in which rooms leave.
      this.#byId.delete(roomId);
      this.#byId.set(roomId, known);
      return known;
    }
    let loading = this.#loading.get(roomId);
    if (loading === undefined) {
      loading = this.#load(roomId).finally(() => this.#loading.delete(roomId));
      this.#loading.set(roomId, loading);
    }
    return loading;
  }

  async findByNid(nid: number): Promise<RoomActor | undefined> {
    const id = this.#idsByNid.get(nid) ?? (await findRoomByNid(this.#database.reader, nid))?.id;
    return id === undefined ? undefined : this.find(id);
  }

  /** Takes in the actor of a room that was just made. */
  adopt(actor: RoomActor): void {
    if (this.#byId.has(actor.roomId)) return;
    this.#byId.set(actor.roomId, actor);
    this.#idsByNid.set(actor.state.nid, actor.roomId);
    this.#evict();
  }

  async #load(roomId: string): Promise<RoomActor | undefined> {
    const actor = await this.#database.snapshot(async (tx) => {
      const record = await findRoom(tx, roomId);
      return record === undefined ? undefined : this.#read(tx, record);
    });
    if (actor === undefined) return undefined;
    this.adopt(actor);
    return this.#byId.get(roomId);
  }

  async #read(tx: ReadTx, record: RoomRecord): Promise<RoomActor> {
    const version = versionOf(record.version);
    const state = new RoomState({ nid: record.nid, id: record.id, version }, this.#context.serverName);
    for (const { event, membership } of await listCurrentState(tx, record.nid)) state.apply(event, membership);
    const ends = await listEvents(tx, record.extremities);
    for (const end of ends) state.lastPos = Math.max(state.lastPos, end.pos);
    state.notifySeq = record.notify_seq;
    const extremities: EventReference[] = ends.map((event) => ({
      eventId: event.eventId,
      sha256:
        version.eventIdFormat === 'wire'
          ? encodeBase64(referenceHash(event.pdu.json, version, this.#context.crypto))
          : '',
    }));
    return new RoomActor(state, { extremities, depth: record.depth, notifySeq: record.notify_seq });
  }

  #evict(): void {
    if (this.#byId.size <= MAX_ROOMS) return;
    for (const [roomId, actor] of this.#byId) {
      if (this.#byId.size <= MAX_ROOMS) return;
      if (!actor.isIdle) continue;
      this.#byId.delete(roomId);
      this.#idsByNid.delete(actor.state.nid);
    }
  }
}
