import type { RoomId } from '@stafette/protocol';
import { CACHE_LIMITS } from '../../../platform/memory.ts';

type SentByRoom = Map<RoomId, Set<string>>;

interface DeviceMemory {
  sent: SentByRoom;
  /** Users in `sent`, over all rooms. */
  size: number;
  /** Sent with the answer that ended at this token; known to have arrived when the device presents the token. */
  pending: Pending | undefined;
}

interface Pending {
  readonly token: string;
  readonly members: SentByRoom;
  /** Rooms that were told anew: what the device knew of them counts no more. */
  readonly forgotten: ReadonlySet<RoomId>;
}

/**
 * Which membership events a device has been sent, when it loads members lazily. What an answer contained counts only when
 * the device comes back with that answer's token: an answer that was lost is made again with its members.
 * https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members
 */
export class LazyMembers {
  readonly #devices = new Map<string, DeviceMemory>();
  #size = 0;

  /** The device presents a token, or none for a first synchronisation. */
  begin(deviceKey: string, token: string | undefined): LazyMemberSession {
    const known = this.#take(deviceKey);
    const memory =
      known === undefined || token === undefined ? { sent: new Map(), size: 0, pending: undefined } : known;
    if (memory.pending !== undefined && memory.pending.token === token) {
      for (const roomId of memory.pending.forgotten) {
        memory.size -= memory.sent.get(roomId)?.size ?? 0;
        memory.sent.delete(roomId);
      }
      memory.size += merge(memory.sent, memory.pending.members);
      memory.pending = undefined;
    }
    this.#devices.set(deviceKey, memory);
    this.#size += memory.size;
    this.#evict();
    return new LazyMemberSession(memory);
  }

  #take(deviceKey: string): DeviceMemory | undefined {
    const memory = this.#devices.get(deviceKey);
    if (memory === undefined) return undefined;
    this.#devices.delete(deviceKey);
    this.#size -= memory.size;
    return memory;
  }

  /** The device that synchronised longest ago is forgotten first, and is sent members once more. */
  #evict(): void {
    for (const oldest of this.#devices.keys()) {
      if (this.#size <= CACHE_LIMITS.lazyMembers || this.#devices.size === 1) return;
      this.#take(oldest);
    }
  }
}

/** What one answer adds to a device's memory. */
export class LazyMemberSession {
  readonly #memory: DeviceMemory;
  readonly #added: SentByRoom = new Map();
  readonly #forgotten = new Set<RoomId>();

  constructor(memory: DeviceMemory) {
    this.#memory = memory;
  }

  isKnown(roomId: RoomId, userId: string): boolean {
    if (this.#added.get(roomId)?.has(userId) === true) return true;
    return !this.#forgotten.has(roomId) && this.#memory.sent.get(roomId)?.has(userId) === true;
  }

  /** A membership event is part of the answer. */
  add(roomId: RoomId, userId: string): void {
    let members = this.#added.get(roomId);
    if (members === undefined) this.#added.set(roomId, (members = new Set()));
    members.add(userId);
  }

  /** The device is sent the room anew: what it knew of it counts no more. */
  forgetRoom(roomId: RoomId): void {
    this.#forgotten.add(roomId);
  }

  /** The answer ends at this token. */
  finish(token: string): void {
    if (this.#added.size === 0 && this.#forgotten.size === 0) return;
    const { pending } = this.#memory;
    const isSame = pending?.token === token;
    if (isSame) merge(this.#added, pending.members);
    const forgotten = isSame ? new Set([...this.#forgotten, ...pending.forgotten]) : this.#forgotten;
    this.#memory.pending = { token, members: this.#added, forgotten };
  }
}

/** How many were new. */
function merge(into: SentByRoom, from: SentByRoom): number {
  let count = 0;
  for (const [roomId, members] of from) {
    const present = into.get(roomId);
    if (present === undefined) {
      into.set(roomId, members);
      count += members.size;
      continue;
    }
    const before = present.size;
    for (const userId of members) present.add(userId);
    count += present.size - before;
  }
  return count;
}
