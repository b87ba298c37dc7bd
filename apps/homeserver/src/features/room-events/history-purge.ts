import type { RoomId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import * as store from './purge-store.ts';
import { emptiedText } from './redactions.ts';
import type { RoomRegistry } from './room-registry.ts';

/** Messages deleted in one transaction: it takes some milliseconds. */
const BATCH = 200;

/** Messages of one room that are no more. */
export interface Purged {
  readonly roomNid: number;
  readonly roomId: RoomId;
  readonly events: readonly store.PurgedEvent[];
}

/** Deletes what hangs on the messages, in the transaction that deletes them. */
export type PurgeStep = (tx: WriteTx, purged: Purged) => Promise<void>;
/** Hears of what is gone, for what is kept in memory. */
export type PurgeListener = (purged: Purged) => void;

/**
 * Deletes messages for good. State stays, and so does the event where the next one of the room attaches, which is emptied
 * instead. Candidates are looked up first and judged again by the statement that deletes them. Each batch is a short
 * transaction that touches no row a send writes to, and what an interruption left over is found by the next attempt.
 */
export class HistoryPurge {
  readonly #database: Database;
  readonly #rooms: RoomRegistry;
  readonly #steps: PurgeStep[] = [];
  readonly #listeners: PurgeListener[] = [];

  constructor(database: Database, rooms: RoomRegistry) {
    this.#database = database;
    this.#rooms = rooms;
  }

  onPurging(step: PurgeStep): void {
    this.#steps.push(step);
  }

  onPurged(listener: PurgeListener): void {
    this.#listeners.push(listener);
  }

  /** Resolves when nothing of the range is left, or soon after `signal` aborts. */
  async run(
    room: { readonly nid: number; readonly id: RoomId },
    range: store.PurgeRange,
    signal?: AbortSignal,
  ): Promise<void> {
    let beyond: store.TimePlace = { ts: -1, pos: 0 };
    while (signal?.aborted !== true) {
      const places = await store.listMessagePlaces(this.#database.reader, room.nid, range, beyond, BATCH);
      const last = places.at(-1);
      if (last === undefined) break;
      await this.#delete(
        room,
        range,
        places.map(({ pos }) => pos),
      );
      beyond = last;
    }
    await this.#emptyEnds(room, range);
  }

  /** Everything that was ever said in a room that is no more, state included. Resolves soon after `signal` aborts. */
  async removeAll(room: { readonly nid: number; readonly id: RoomId }, signal: AbortSignal): Promise<void> {
    for (let isDone = false; !isDone && !signal.aborted;) {
      await this.#database.write(async (tx) => {
        const events = await store.deleteEvents(tx, room.nid, BATCH);
        isDone = events.length === 0;
        await this.#complete(tx, room, events);
      });
    }
  }

  async #delete(
    room: { readonly nid: number; readonly id: RoomId },
    range: store.PurgeRange,
    positions: readonly number[],
  ): Promise<void> {
    await this.#database.write(async (tx) => {
      await this.#complete(tx, room, await store.deleteMessages(tx, room.nid, range, positions));
    });
  }

  async #emptyEnds(room: { readonly nid: number; readonly id: RoomId }, range: store.PurgeRange): Promise<void> {
    await this.#database.write(async (tx) => {
      const ends = await store.listTellingEnds(tx, room.nid, range);
      const telling = ends.filter((event) => emptiedText(event).json !== event.json);
      for (const event of telling) await store.emptyMessage(tx, event.pos, emptiedText(event));
      await this.#complete(tx, room, telling);
    });
  }

  /** Everything else that goes with the messages. */
  async #complete(
    tx: WriteTx,
    { nid: roomNid, id: roomId }: { readonly nid: number; readonly id: RoomId },
    events: readonly store.PurgedEvent[],
  ): Promise<void> {
    if (events.length === 0) return;
    const upTo = Math.max(...events.map(({ pos }) => pos));
    await store.notePurged(tx, roomNid, upTo, Math.max(...events.map(({ notifySeq }) => notifySeq)));
    const purged = { roomNid, roomId, events };
    for (const step of this.#steps) await step(tx, purged);
    tx.afterCommit(() => {
      this.#forget(purged, upTo);
      for (const listener of this.#listeners) listener(purged);
    });
  }

  #forget({ roomId, events }: Purged, upTo: number): void {
    const actor = this.#rooms.peek(roomId);
    if (actor === undefined) return;
    actor.state.purgedUpTo = Math.max(actor.state.purgedUpTo, upTo);
    // State that was redacted tells why, as long as the room is not read anew.
    if (events.some(({ type }) => type === 'm.room.redaction')) this.#rooms.release(actor);
  }
}
