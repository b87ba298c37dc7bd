import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import type { EventId, JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import { receiptContent } from './content.ts';
import * as store from './store.ts';
import { threadsOf } from './threads-of.ts';

/** An event as receipts need it. */
export interface ReadableEvent {
  readonly roomNid: number;
  readonly roomId: RoomId;
  readonly pos: number;
  /** The room's running counter at this event. */
  readonly notifySeq: number;
  readonly content: JsonObject;
}

/** What receipts ask of the rooms. */
export interface ReceiptRooms {
  findEvent(eventId: EventId): Promise<ReadableEvent | undefined>;
  isJoined(roomId: RoomId, userId: UserId): Promise<boolean>;
  joinedLocalUsers(roomId: RoomId): Iterable<UserId>;
}

/** A receipt that moved and is visible now. */
export interface MovedReceipt {
  readonly roomId: RoomId;
  readonly receipt: store.Receipt;
  readonly notifySeq: number;
  readonly position: number;
}

export interface ReceiptRequest {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly type: store.ReceiptType;
  readonly eventId: EventId;
  /** Undefined for an unthreaded receipt; otherwise 'main' or a root's id. */
  readonly threadId: string | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly rooms: ReceiptRooms;
  /** Stores `m.fully_read` in the user's account data of the room. */
  readonly putFullyRead: (userId: UserId, roomId: RoomId, content: JsonObject) => Promise<void>;
}

/**
 * Receipts commit without waiting for the disk, so the last ones before a crash of the machine can be lost, and with them
 * positions that clients saw. New positions begin beyond any that could be lost.
 */
const POSITION_GAP = 1_000_000;

/** How far people have read. https://spec.matrix.org/v1.19/client-server-api/#receipts */
export class Receipts {
  readonly position: StreamPosition;
  readonly #d: Dependencies;
  readonly #listeners: ((moved: MovedReceipt) => void)[] = [];

  private constructor(dependencies: Dependencies, lastPosition: number) {
    this.#d = dependencies;
    this.position = new StreamPosition('receipts', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<Receipts> {
    return new Receipts(dependencies, (await store.findLastPosition(dependencies.database.reader)) + POSITION_GAP);
  }

  /** Leaves nothing of a room that is no more. */
  async removeRoom(tx: WriteTx, roomNid: number): Promise<void> {
    await store.removeOfRoom(tx, roomNid);
  }

  /** Called when a receipt moved and before anybody is woken. */
  onMoved(listener: (moved: MovedReceipt) => void): void {
    this.#listeners.push(listener);
  }

  /** Moves a receipt forward. One that stands there or further stays, without an error. */
  async move({ userId, roomId, type, eventId, threadId }: ReceiptRequest): Promise<void> {
    const event = await this.#findReadable(userId, roomId, eventId);
    if (threadId !== undefined) await this.#checkThread(event, eventId, threadId);
    const receipt: store.Receipt = {
      roomNid: event.roomNid,
      userId,
      type,
      threadId: threadId ?? '',
      eventId,
      eventPos: event.pos,
      ts: this.#d.clock.nowMs(),
    };
    let position = 0;
    await this.position.write(
      1,
      (first) => {
        position = first;
        return this.#d.database.write(async (tx) => {
          await store.relaxDurability(tx);
          return store.upsertReceipt(tx, receipt, first);
        });
      },
      (isMoved) => {
        if (isMoved) this.#announce({ roomId, receipt, notifySeq: event.notifySeq, position });
      },
    );
  }

  /** Moves the marker of what the user has fully read; it may move backwards. */
  async moveFullyRead(userId: UserId, roomId: RoomId, eventId: EventId): Promise<void> {
    await this.#findReadable(userId, roomId, eventId);
    await this.#d.putFullyRead(userId, roomId, { event_id: eventId });
  }

  /** JSON texts of `m.receipt` contents by room: what moved in `(from, to]`, or everything for a new client. */
  async changes(
    rooms: readonly { readonly roomId: RoomId; readonly roomNid: number }[],
    viewer: UserId,
    from: number | undefined,
    to: number,
  ): Promise<ReadonlyMap<RoomId, string>> {
    if (rooms.length === 0 || (from !== undefined && from >= to)) return new Map();
    const roomNids = rooms.map((room) => room.roomNid);
    return contentsByRoom(rooms, await store.listReceipts(this.#d.database.reader, roomNids, viewer, from ?? 0, to));
  }

  /** As {@link changes} for a first look at rooms: the viewer's own, and those at the given events. */
  async at(
    rooms: readonly { readonly roomId: RoomId; readonly roomNid: number }[],
    viewer: UserId,
    eventIds: readonly string[],
    to: number,
  ): Promise<ReadonlyMap<RoomId, string>> {
    if (rooms.length === 0) return new Map();
    const roomNids = rooms.map((room) => room.roomNid);
    return contentsByRoom(rooms, await store.listReceiptsAt(this.#d.database.reader, roomNids, viewer, eventIds, to));
  }

  /** The user's own receipts, private ones included. */
  async listOfUser(userId: UserId, roomNids: readonly number[]): Promise<readonly store.Receipt[]> {
    return store.listReceiptsOfUser(this.#d.database.reader, userId, roomNids);
  }

  async #findReadable(userId: UserId, roomId: RoomId, eventId: EventId): Promise<ReadableEvent> {
    if (!(await this.#d.rooms.isJoined(roomId, userId))) throw forbidden('You are not in this room');
    const event = await this.#d.rooms.findEvent(eventId);
    if (event?.roomId !== roomId) throw notFound('There is no such event in this room');
    return event;
  }

  /** "The event_id is not related to the thread_id" is refused. */
  async #checkThread(event: ReadableEvent, eventId: EventId, threadId: string): Promise<void> {
    const threads = await threadsOf(eventId, event.content, async (id) => (await this.#d.rooms.findEvent(id))?.content);
    if (!threads.includes(threadId)) throw invalidParam('The event is not related to the thread that thread_id names');
  }

  #announce(moved: MovedReceipt): void {
    for (const listener of this.#listeners) listener(moved);
    const { roomId, receipt } = moved;
    this.#d.notifier.wakeForRoom(
      receipt.type === 'm.read.private' ? [receipt.userId] : this.#d.rooms.joinedLocalUsers(roomId),
    );
  }
}

function contentsByRoom(
  rooms: readonly { readonly roomId: RoomId; readonly roomNid: number }[],
  receipts: readonly store.Receipt[],
): ReadonlyMap<RoomId, string> {
  const byRoom = Map.groupBy(receipts, (receipt) => receipt.roomNid);
  const contents = new Map<RoomId, string>();
  for (const { roomId, roomNid } of rooms) {
    const ofRoom = byRoom.get(roomNid);
    if (ofRoom !== undefined) contents.set(roomId, receiptContent(ofRoom));
  }
  return contents;
}
