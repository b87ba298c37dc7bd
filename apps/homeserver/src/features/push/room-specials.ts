import { type JsonObject, readStoredJson } from '@stafette/protocol';
import { mentionedUsers, threadRootOf } from './unread-flags.ts';
import type { RoomPlace, UnreadEvent, UnreadSource } from './unread-source.ts';

/** An event that is looked at one by one: it mentions somebody, highlights for all, or is in a thread. */
export interface SpecialEvent {
  readonly pos: number;
  readonly eventId: string;
  readonly sender: string;
  readonly flags: number;
  /** 'main' or the root's id. */
  readonly threadId: string;
  readonly mentions: ReadonlySet<string>;
}

/** Special events of a room that count; who has more unread sees the newest. */
const MAX_PER_ROOM = 5000;

interface KnownRoom {
  /** The list is complete for positions after this one. */
  completeAfter: number;
  events: SpecialEvent[];
}

const NOBODY: ReadonlySet<string> = new Set();

export function readSpecial(event: UnreadEvent, content: JsonObject): SpecialEvent {
  const mentioned = mentionedUsers(content);
  return {
    pos: event.pos,
    eventId: event.eventId,
    sender: event.sender,
    flags: event.unreadFlags,
    threadId: threadRootOf(content) ?? 'main',
    mentions: mentioned.length === 0 ? NOBODY : new Set(mentioned),
  };
}

/** The special events of rooms that somebody counted in since the start: few a room, read once, then kept up to date. */
export class RoomSpecials {
  readonly #source: UnreadSource;
  readonly #rooms = new Map<number, KnownRoom>();

  constructor(source: UnreadSource) {
    this.#source = source;
  }

  /** Takes in a committed event, in order of positions. */
  add(event: UnreadEvent, content: JsonObject): void {
    const room = this.#rooms.get(event.roomNid);
    if (room === undefined) return;
    room.events.push(readSpecial(event, content));
    if (room.events.length <= MAX_PER_ROOM) return;
    room.events = room.events.slice(-MAX_PER_ROOM / 2);
    room.completeAfter = (room.events[0]?.pos ?? 1) - 1;
  }

  /** A redacted event mentions nobody and is in no thread. */
  forget(roomNid: number, eventId: string): void {
    const room = this.#rooms.get(roomNid);
    if (room) room.events = room.events.filter((event) => event.eventId !== eventId);
  }

  /** Deleted events count no more. */
  drop(roomNid: number, positions: ReadonlySet<number>): void {
    const room = this.#rooms.get(roomNid);
    if (room) room.events = room.events.filter((event) => !positions.has(event.pos));
  }

  /** Makes the lists complete from each place on. */
  async load(places: readonly RoomPlace[]): Promise<void> {
    const upTo = this.#source.current();
    const missing = places.filter(({ roomNid, pos }) => (this.#rooms.get(roomNid)?.completeAfter ?? Infinity) > pos);
    if (missing.length === 0) return;
    // From here on committed events are added; what is before is read now.
    for (const { roomNid } of missing)
      if (!this.#rooms.has(roomNid)) this.#rooms.set(roomNid, { completeAfter: upTo, events: [] });
    const found = await this.#source.listSpecial(missing, upTo, MAX_PER_ROOM);
    const byRoom = Map.groupBy(found, (event) => event.roomNid);
    for (const { roomNid, pos } of missing) {
      const room = this.#rooms.get(roomNid);
      // Another load may have gone further back in the meantime.
      if (room === undefined || room.completeAfter <= pos) continue;
      const older = (byRoom.get(roomNid) ?? []).filter((event) => event.pos <= room.completeAfter);
      // Canonical text of an event is an object with an object `content`.
      room.events = [
        ...older.map((event) => readSpecial(event, (readStoredJson(event.json) as { content: JsonObject }).content)),
        ...room.events,
      ];
      room.completeAfter = pos;
    }
  }

  /** Events after a position, newest first. */
  *after(roomNid: number, pos: number): Iterable<SpecialEvent> {
    const events = this.#rooms.get(roomNid)?.events ?? [];
    for (let index = events.length - 1; index >= 0; index -= 1) {
      const event = events[index];
      if (event === undefined || event.pos <= pos) return;
      yield event;
    }
  }
}
