import type { ProtocolCrypto } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { CACHE_LIMITS } from '../../platform/memory.ts';
import { listEvents, versionOf } from './event-rows.ts';
import { RoomActor } from './room-actor.ts';
import { RoomState, type RoomStateContext } from './room-state.ts';
import { referenceTo } from './stage-events.ts';
import { findRoomIdByNid, listCurrentState, listRooms, type CurrentState, type RoomRecord } from './store.ts';
import type { StoredEvent } from './stored-event.ts';

/** Rooms read by one statement. */
const ROOMS_AT_ONCE = 100;

/** The actors of the rooms in memory. There is never more than one for a room. */
export class RoomRegistry {
  readonly #database: Database;
  readonly #context: RoomStateContext & { readonly crypto: ProtocolCrypto };
  readonly #byId = new Map<string, RoomActor>();
  readonly #idsByNid = new Map<number, string>();
  readonly #loading = new Map<string, Promise<RoomActor | undefined>>();
  /** Rooms that are on their way out: for everybody they are gone already. */
  readonly #closed = new Set<string>();

  constructor(database: Database, context: RoomStateContext & { readonly crypto: ProtocolCrypto }) {
    this.#database = database;
    this.#context = context;
  }

  /** The actor if it is in memory. */
  peek(roomId: string): RoomActor | undefined {
    return this.#closed.has(roomId) ? undefined : this.#byId.get(roomId);
  }

  async find(roomId: string): Promise<RoomActor | undefined> {
    if (this.#closed.has(roomId)) return undefined;
    const known = this.#byId.get(roomId);
    if (known !== undefined) {
      // Moves it to the end of the order in which rooms leave.
      this.#byId.delete(roomId);
      this.#byId.set(roomId, known);
      return known;
    }
    return this.#loading.get(roomId) ?? this.#startLoading([roomId]).get(roomId);
  }

  /** Brings rooms into memory together: a few statements for any number of them. */
  async load(roomIds: Iterable<string>): Promise<void> {
    const missing: string[] = [];
    const waiting: Promise<unknown>[] = [];
    for (const roomId of roomIds) {
      if (this.#byId.has(roomId) || this.#closed.has(roomId)) continue;
      const loading = this.#loading.get(roomId);
      if (loading === undefined) missing.push(roomId);
      else waiting.push(loading);
    }
    for (let start = 0; start < missing.length; start += ROOMS_AT_ONCE) {
      waiting.push(...this.#startLoading(missing.slice(start, start + ROOMS_AT_ONCE)).values());
    }
    await Promise.all(waiting);
  }

  async findByNid(nid: number): Promise<RoomActor | undefined> {
    const id = this.#idsByNid.get(nid) ?? (await findRoomIdByNid(this.#database.reader, nid));
    return id === undefined ? undefined : this.find(id);
  }

  /** Takes in the actor of a room that was just made. */
  adopt(actor: RoomActor): void {
    if (this.#byId.has(actor.roomId) || this.#closed.has(actor.roomId)) return;
    this.#byId.set(actor.roomId, actor);
    this.#idsByNid.set(actor.state.nid, actor.roomId);
    this.#evict();
  }

  /** Lets a room be read anew by whoever asks next, unless something in it waits for its commit. */
  release(actor: RoomActor): void {
    if (!actor.isIdle || this.#byId.get(actor.roomId) !== actor) return;
    this.#byId.delete(actor.roomId);
    this.#idsByNid.delete(actor.state.nid);
  }

  /** Lets nobody get at a room any more, until `work` is done; what it leaves of the room is read anew. */
  async closeDuring(actor: RoomActor, work: () => Promise<void>): Promise<void> {
    this.#closed.add(actor.roomId);
    try {
      await work();
    } finally {
      this.#byId.delete(actor.roomId);
      this.#idsByNid.delete(actor.state.nid);
      this.#closed.delete(actor.roomId);
    }
  }

  #startLoading(roomIds: readonly string[]): ReadonlyMap<string, Promise<RoomActor | undefined>> {
    const loaded = this.#read(roomIds).then((actors) => {
      for (const actor of actors) this.adopt(actor);
    });
    const waiting = new Map<string, Promise<RoomActor | undefined>>();
    for (const roomId of roomIds) {
      const loading = loaded.then(() => this.peek(roomId)).finally(() => this.#loading.delete(roomId));
      this.#loading.set(roomId, loading);
      waiting.set(roomId, loading);
    }
    return waiting;
  }

  async #read(roomIds: readonly string[]): Promise<readonly RoomActor[]> {
    return this.#database.snapshot(async (tx) => {
      const records = await listRooms(tx, roomIds);
      const states = Map.groupBy(
        await listCurrentState(
          tx,
          records.map((record) => record.nid),
        ),
        ({ event }) => event.roomNid,
      );
      const ends = Map.groupBy(
        await listEvents(
          tx,
          records.flatMap((record) => record.extremities),
        ),
        (event) => event.roomNid,
      );
      return records.map((record) => this.#restore(record, states.get(record.nid) ?? [], ends.get(record.nid) ?? []));
    });
  }

  #restore(record: RoomRecord, current: readonly CurrentState[], ends: readonly StoredEvent[]): RoomActor {
    const version = versionOf(record.version);
    const state = new RoomState({ nid: record.nid, id: record.id, version }, this.#context);
    for (const { event, membership } of current) state.apply(event, membership);
    for (const end of ends) state.lastPos = Math.max(state.lastPos, end.pos);
    state.notifySeq = record.notify_seq;
    state.purgedUpTo = record.purged_upto;
    const extremities = ends.map((event) => referenceTo(event.pdu, version, this.#context.crypto));
    return new RoomActor(state, { extremities, depth: record.depth, notifySeq: record.notify_seq });
  }

  /** Rooms without pending events go, the one not used for the longest first. */
  #evict(): void {
    if (this.#byId.size <= CACHE_LIMITS.rooms) return;
    for (const actor of this.#byId.values()) {
      if (this.#byId.size <= CACHE_LIMITS.rooms) return;
      this.release(actor);
    }
  }
}
