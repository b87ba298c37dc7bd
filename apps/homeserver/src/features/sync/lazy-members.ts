import type { EventId, RoomId } from '@stafette/protocol';

type SentByRoom = Map<RoomId, Map<string, EventId>>;

interface DeviceMemory {
  readonly sent: SentByRoom;
  /** Sent with the answer that ended at this token; known to have arrived when the device presents the token. */
  pending: { readonly token: string; readonly members: SentByRoom } | undefined;
}

/** Devices remembered; the one that synchronised longest ago is forgotten first, and is sent members once more. */
const MAX_DEVICES = 20_000;

/**
 * Which membership events a device has been sent, when it loads members lazily. What an answer contained counts only when
 * the device comes back with that answer's token: an answer that was lost is made again with its members.
 * https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members
 */
export class LazyMembers {
  readonly #devices = new Map<string, DeviceMemory>();

  /** The device presents a token, or none for a first synchronisation. */
  begin(deviceKey: string, token: string | undefined): LazyMemberSession {
    let memory = this.#devices.get(deviceKey);
    this.#devices.delete(deviceKey);
    if (memory === undefined || token === undefined) memory = { sent: new Map(), pending: undefined };
    this.#devices.set(deviceKey, memory);
    if (this.#devices.size > MAX_DEVICES)
      for (const [oldest] of this.#devices) {
        this.#devices.delete(oldest);
        break;
      }
    if (memory.pending?.token === token) merge(memory.sent, memory.pending?.members);
    if (memory.pending?.token === token) memory.pending = undefined;
    return new LazyMemberSession(memory);
  }
}

/** What one answer adds to a device's memory. */
export class LazyMemberSession {
  readonly #memory: DeviceMemory;
  readonly #added: SentByRoom = new Map();

  constructor(memory: DeviceMemory) {
    this.#memory = memory;
  }

  isKnown(roomId: RoomId, userId: string): boolean {
    return this.#memory.sent.get(roomId)?.has(userId) === true || this.#added.get(roomId)?.has(userId) === true;
  }

  /** A membership event is part of the answer. */
  add(roomId: RoomId, userId: string, eventId: EventId): void {
    let members = this.#added.get(roomId);
    if (members === undefined) this.#added.set(roomId, (members = new Map()));
    members.set(userId, eventId);
  }

  /** Forgets what the device was sent of a room: it is sent anew in full. */
  forgetRoom(roomId: RoomId): void {
    this.#memory.sent.delete(roomId);
  }

  /** The answer ends at this token. */
  finish(token: string): void {
    if (this.#added.size === 0) return;
    const earlier = this.#memory.pending?.token === token ? this.#memory.pending.members : undefined;
    if (earlier) merge(this.#added, earlier);
    this.#memory.pending = { token, members: this.#added };
  }
}

function merge(into: SentByRoom, from: SentByRoom | undefined): void {
  for (const [roomId, members] of from ?? []) {
    const present = into.get(roomId);
    if (present === undefined) into.set(roomId, members);
    else for (const [userId, eventId] of members) present.set(userId, eventId);
  }
}
