import type { RoomId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { pruneDepartures } from './departures.ts';
import type { EventWriter } from './event-writer.ts';
import type { HistoryPurge } from './history-purge.ts';
import type { MembershipIndex } from './membership-index.ts';
import * as store from './purge-store.ts';
import type { RoomRegistry } from './room-registry.ts';

/** A room, by both its names. */
export interface RoomKey {
  readonly nid: number;
  readonly id: RoomId;
}

/** Deletes what belongs to a room, in the transaction that deletes the room. Repeated when its last traces go. */
export type RemovalStep = (tx: WriteTx, room: RoomKey) => Promise<void>;

/** Who was away for longer than this is not told any more that a room was deleted, ms. */
const DEPARTURES_KEPT_MS = 180 * 24 * 60 * 60 * 1000;

interface Dependencies {
  readonly database: Database;
  readonly rooms: RoomRegistry;
  readonly memberships: MembershipIndex;
  readonly writer: EventWriter;
  readonly purge: HistoryPurge;
}

/**
 * Deletes whole rooms.
 *
 * 1. One transaction takes away the room itself, its memberships and what people attached to it. Every reading of events
 *    begins with one of these: from then on there is no event of the room for anybody. Of the people it is kept how they
 *    left, for devices that are away.
 * 2. The events that nobody reaches any more go in short transactions, with the files that they showed.
 *
 * Interrupted at any point it is repeated, and finds what is left by the room's number, which is never used again.
 */
export class RoomRemoval {
  readonly #d: Dependencies;
  readonly #steps: RemovalStep[] = [];

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  onRemoving(step: RemovalStep): void {
    this.#steps.push(step);
  }

  /** Resolves when nothing of the room is left. Throws when `signal` aborts before that. */
  async run(room: RoomKey, signal: AbortSignal): Promise<void> {
    await this.#detach(room);
    this.#d.memberships.removeRoom(room.id);
    await this.#d.purge.removeAll(room, signal);
    signal.throwIfAborted();
    // Things that were written behind the room's back, such as how far somebody had read, are there only now.
    await this.#d.database.write(async (tx) => {
      await this.#removeAttached(tx, room);
      await store.removeState(tx, room.nid);
    });
  }

  /** Forgets how people left rooms that were deleted long ago. */
  async prune(nowMs: number): Promise<void> {
    await this.#d.database.write((tx) => pruneDepartures(tx, nowMs - DEPARTURES_KEPT_MS));
  }

  async #detach(room: RoomKey): Promise<void> {
    const { database, rooms, writer } = this.#d;
    const actor = await rooms.find(room.id);
    if (actor === undefined) return;
    await rooms.closeDuring(actor, async () => {
      // Whatever was accepted before is committed when this, which says nothing, had its turn.
      while (writer.recovery !== undefined) await writer.recovery;
      await writer.commit(actor, { intents: [], transaction: undefined, redactionTargets: new Map() });
      await database.write(async (tx) => {
        await this.#removeAttached(tx, room);
        await store.removeRoom(tx, room.nid, actor.state);
      });
    });
  }

  async #removeAttached(tx: WriteTx, room: RoomKey): Promise<void> {
    for (const step of this.#steps) await step(tx, room);
  }
}
