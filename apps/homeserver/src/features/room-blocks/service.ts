import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Audit } from '../audit/index.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Audit;
}

/**
 * Rooms that administrators closed to this server: whoever is inside stays, nobody else comes in. A room need not exist
 * here to be blocked. All of them are kept in memory, as every coming into a room asks.
 */
export class RoomBlocks {
  readonly #d: Dependencies;
  readonly #blockers: Map<string, UserId>;

  private constructor(dependencies: Dependencies, blocks: readonly store.RoomBlock[]) {
    this.#d = dependencies;
    this.#blockers = new Map(blocks.map(({ roomId, blockedBy }) => [roomId, blockedBy]));
  }

  static async open(dependencies: Dependencies): Promise<RoomBlocks> {
    return new RoomBlocks(dependencies, await store.list(dependencies.database.reader));
  }

  /** Who blocked the room; undefined when it is open. */
  blockerOf(roomId: RoomId): UserId | undefined {
    return this.#blockers.get(roomId);
  }

  async block(roomId: RoomId, by: UserId): Promise<void> {
    const { database, clock, audit } = this.#d;
    if (this.#blockers.has(roomId)) return;
    await database.write(async (tx) => {
      await store.insert(tx, { roomId, blockedBy: by }, clock.nowMs());
      await audit.note(tx, { actor: by, action: 'room.block', target: roomId });
      tx.afterCommit(() => this.#blockers.set(roomId, by));
    });
  }

  async unblock(roomId: RoomId, by: UserId): Promise<void> {
    const { database, audit } = this.#d;
    if (!this.#blockers.has(roomId)) return;
    await database.write(async (tx) => {
      await store.remove(tx, roomId);
      await audit.note(tx, { actor: by, action: 'room.unblock', target: roomId });
      tx.afterCommit(() => this.#blockers.delete(roomId));
    });
  }
}
