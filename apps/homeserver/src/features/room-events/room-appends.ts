import { forbidden, limitExceeded } from '@stafette/contracts';
import type { RoomId } from '@stafette/protocol';
import { Turns } from '../../platform/turns.ts';
import type { AppendedEvent } from './event-intent.ts';
import type { EventWriter } from './event-writer.ts';
import { mayNeedPolicySignature } from './policy-signatures.ts';
import { RoomMovedError, type RoomActor } from './room-actor.ts';
import type { RoomRegistry } from './room-registry.ts';
import type { WantedEvents } from './stage-events.ts';

/** Appends to one room that may wait for its policy server: who comes later would wait longer than clients do. */
const MAX_WAITING = 100;
const RETRY_AFTER_MS = 5_000;

/** Brings wanted events and the writer of their room together. */
export class RoomAppends {
  readonly #rooms: RoomRegistry;
  readonly #writer: EventWriter;
  readonly #policyTurns = new Turns();
  /** Appends that wait for their turn or have it, by room. */
  readonly #waiting = new Map<RoomId, number>();

  constructor(rooms: RoomRegistry, writer: EventWriter) {
    this.#rooms = rooms;
    this.#writer = writer;
  }

  /**
   * Resolves when the events are durable and visible. To a room with a policy server one append comes after the other: each
   * stands on the one before, and waits for the server's answer, though not for the disk. Only the event that says who the
   * policy server is overtakes them, and they are then made anew.
   */
  async append(roomId: RoomId, wanted: WantedEvents): Promise<readonly AppendedEvent[]> {
    for (;;) {
      const actor = this.#findReady(roomId);
      try {
        if (actor === undefined) await this.#becomeReady(roomId);
        else if (mayNeedPolicySignature(actor, wanted.intents)) return await this.#inTurn(roomId, wanted);
        else return await this.#writer.commit(actor, wanted);
      } catch (error) {
        if (!(error instanceof RoomMovedError)) throw error;
      }
    }
  }

  async #inTurn(roomId: RoomId, wanted: WantedEvents): Promise<readonly AppendedEvent[]> {
    const waiting = this.#waiting.get(roomId) ?? 0;
    if (waiting >= MAX_WAITING) throw limitExceeded(RETRY_AFTER_MS);
    this.#waiting.set(roomId, waiting + 1);
    const { written } = await this.#policyTurns
      .take(roomId, async () => this.#commitSigned(roomId, wanted))
      .finally(() => this.#leaveQueue(roomId));
    return written;
  }

  #leaveQueue(roomId: RoomId): void {
    const waiting = (this.#waiting.get(roomId) ?? 0) - 1;
    if (waiting > 0) this.#waiting.set(roomId, waiting);
    else this.#waiting.delete(roomId);
  }

  async #commitSigned(roomId: RoomId, wanted: WantedEvents): ReturnType<EventWriter['commitSigned']> {
    for (;;) {
      const actor = this.#findReady(roomId);
      if (actor !== undefined) return this.#writer.commitSigned(actor, wanted);
      await this.#becomeReady(roomId);
    }
  }

  /**
   * The room's writer, if it is in memory and no failure is being dealt with; to be used in the same turn, since the room
   * may leave the memory while somebody waits.
   */
  #findReady(roomId: RoomId): RoomActor | undefined {
    return this.#writer.recovery === undefined ? this.#rooms.peek(roomId) : undefined;
  }

  async #becomeReady(roomId: RoomId): Promise<void> {
    await this.#writer.recovery;
    // A room that is not there looks like one that the sender is not in.
    if ((await this.#rooms.find(roomId)) === undefined) throw forbidden('You are not in this room');
  }
}
