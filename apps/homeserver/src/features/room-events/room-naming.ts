import {
  buildPdu,
  type Ed25519Signer,
  type ProtocolCrypto,
  type RoomId,
  type RoomVersion,
  type ServerName,
} from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { EventIntent } from './event-intent.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly crypto: ProtocolCrypto;
}

/** A create event and the id of the room that it makes. */
export interface NamedRoom {
  readonly create: EventIntent;
  readonly roomId: RoomId;
}

/** Bytes of randomness in ids that are not hashes: 104 bits. */
export const ID_BYTES = 13;

/** Gives new rooms their ids. */
export class RoomNaming {
  readonly #dependencies: Dependencies;
  /** Milliseconds of the newest create event whose hash names a room. */
  #lastCreateTs = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** The event must then be made with exactly this intent. `isTaken` knows the rooms that exist. */
  async name(
    create: EventIntent,
    version: RoomVersion,
    isTaken: (roomId: RoomId) => Promise<boolean>,
  ): Promise<NamedRoom> {
    if (version.roomIdIsCreateHash) return this.#nameByHash(create, version, isTaken);
    // The grammar of room ids up to version 11.
    const roomId = `!${this.#dependencies.random.token(ID_BYTES)}:${this.#dependencies.serverName}` as RoomId;
    return { create, roomId };
  }

  /**
   * The id of a v12 room is the hash of its create event. Two rooms that one user makes alike in one millisecond would be
   * the same, so the second is made a millisecond later.
   */
  async #nameByHash(
    first: EventIntent,
    version: RoomVersion,
    isTaken: (roomId: RoomId) => Promise<boolean>,
  ): Promise<NamedRoom> {
    const { serverName, signer, crypto, clock } = this.#dependencies;
    for (;;) {
      this.#lastCreateTs = Math.max(first.originServerTs ?? clock.nowMs(), this.#lastCreateTs + 1);
      const create = { ...first, originServerTs: this.#lastCreateTs };
      const { roomId } = buildPdu(
        { ...create, roomId: undefined, stateKey: '', depth: 1, prevEvents: [], authEvents: [], redacts: undefined },
        { version, serverName, signer, crypto },
      ).pdu;
      if (!(await isTaken(roomId))) return { create, roomId };
    }
  }
}
