import { forbidden, notFound } from '@stafette/contracts';
import type { EventPolicy } from '@stafette/policy';
import {
  buildPdu,
  type Ed25519Signer,
  type EventId,
  type ProtocolCrypto,
  type RoomId,
  type RoomVersion,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import { arrangeBatch } from './event-batch.ts';
import type { AppendedEvent, AppendOptions, EventIntent } from './event-intent.ts';
import { listEvents } from './event-rows.ts';
import { recoverAppends, wasCommitted } from './failed-flush.ts';
import { GroupCommitter } from './group-committer.ts';
import { MembershipIndex, type Memberships } from './membership-index.ts';
import { RoomActor } from './room-actor.ts';
import { RoomRegistry } from './room-registry.ts';
import { RoomState, type RoomView } from './room-state.ts';
import { SentTransactions } from './sent-transactions.ts';
import { stageEvents, type StageContext, type UnreadClassifier } from './stage-events.ts';
import { newEventsOf, type StagedAppend, type StagedIntent } from './staged-event.ts';
import type { CommittedEvent, StoredEvent } from './stored-event.ts';
import { findLastPositions, listStateAt, listStateChanges, updateForgotten } from './store.ts';
import { listChangedRooms, listNotifySeqs, listTimeline, listTimelines } from './timeline.ts';
import { listAllSince, listNotifying, listSpecialsOfRooms } from './unread-reads.ts';
import { writeStatement } from './write-events.ts';

export interface RoomEventsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly crypto: ProtocolCrypto;
  readonly policies: readonly EventPolicy[];
  readonly classifyUnread?: UnreadClassifier;
  /** Whether flags count towards a room's running number. */
  readonly countsAsUnread?: (flags: number) => boolean;
}

export type CommitListener = (events: readonly CommittedEvent[]) => void;

function resultOf(
  { actor }: StagedAppend,
  intent: StagedIntent,
  next: () => CommittedEvent | undefined,
): AppendedEvent {
  if (intent.kind === 'unchanged')
    return {
      eventId: intent.eventId,
      pos: actor.state.state(intent.type, intent.stateKey)?.pos ?? actor.state.lastPos,
    };
  const event = next();
  if (event === undefined) throw new Error('a batch returned fewer events than were staged');
  return { eventId: event.eventId, pos: event.pos };
}

/** Bytes of randomness in the ids of rooms and events that are not hashes. */
const ID_BYTES = 13;

/**
 * The rooms of this server and the only way to change one. Reading is served from memory where it can be; writing is
 * authorised in memory, batched over all rooms, and acknowledged when it is durable.
 */
export class RoomEvents {
  /** The `events` stream. */
  readonly position: StreamPosition;
  // What is read from the database; each takes the transaction it reads in.
  readonly listTimeline = listTimeline;
  readonly listTimelines = listTimelines;
  readonly listChangedRooms = listChangedRooms;
  readonly notifySeqAt = listNotifySeqs;
  readonly listSpecialsOfRooms = listSpecialsOfRooms;
  readonly listAllSince = listAllSince;
  readonly listNotifying = listNotifying;
  readonly stateAt = listStateAt;
  readonly stateChanges = listStateChanges;
  readonly getEvents = listEvents;
  readonly #options: RoomEventsOptions;
  readonly #stage: StageContext;
  readonly #rooms: RoomRegistry;
  readonly #memberships: MembershipIndex;
  readonly #committer: GroupCommitter;
  readonly #transactions = new SentTransactions<readonly AppendedEvent[]>();
  readonly #listeners: CommitListener[] = [];
  #lastNid: number;
  /** Milliseconds of the newest create event whose hash names a room. */
  #lastCreateTs = 0;

  private constructor(options: RoomEventsOptions, last: { readonly pos: number; readonly nid: number }) {
    this.#options = options;
    this.position = new StreamPosition('events', last.pos);
    this.#lastNid = last.nid;
    this.#stage = {
      ...options,
      classifyUnread: options.classifyUnread ?? (() => 0),
      countsAsUnread: options.countsAsUnread ?? (() => false),
      nowMs: () => options.clock.nowMs(),
      newEventToken: () => options.random.token(ID_BYTES),
    };
    this.#rooms = new RoomRegistry(options.database, options);
    this.#memberships = new MembershipIndex(options.database);
    this.#committer = new GroupCommitter({
      flush: async (appends) => this.#flush(appends),
      recover: async (pending, error) => {
        options.log.warn(
          { err: error, appendCount: pending.length },
          'a batch of events was not written; trying its parts',
        );
        await recoverAppends(pending, {
          flush: async (append) => this.#flush([append]),
          stage: this.#stage,
          database: options.database,
        });
      },
    });
  }

  static async open(options: RoomEventsOptions): Promise<RoomEvents> {
    return new RoomEvents(options, await findLastPositions(options.database.reader));
  }

  /** Called with every batch in order, in the tick in which it becomes visible; room views and memberships know it by then. */
  onCommitted(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Makes events of intents and resolves when they are durable and visible: all of them or none. Throws M_FORBIDDEN with
   * the rule's reason. A repetition of state that is in force makes no event and returns the one in force.
   */
  async append(
    roomId: RoomId,
    intents: readonly EventIntent[],
    options: AppendOptions = {},
  ): Promise<readonly AppendedEvent[]> {
    const { transaction } = options;
    if (transaction === undefined) return this.#append(roomId, intents, options);
    if (transaction.txnId.includes('\0')) throw forbidden('The transaction id is not valid');
    const scope = `${roomId} ${intents[0]?.type ?? ''} ${intents[0]?.redacts ?? ''}`;
    return this.#transactions.once(transaction, scope, async () => this.#append(roomId, intents, options));
  }

  /** Makes a room of its first events, the create event first. All of them are written at once. */
  async createRoom(
    version: RoomVersion,
    intents: readonly EventIntent[],
  ): Promise<{ readonly roomId: RoomId; readonly events: readonly AppendedEvent[] }> {
    const [first, ...others] = intents;
    if (first?.type !== 'm.room.create') throw new TypeError('the first event of a room is its create event');
    const { create, roomId } = version.roomIdIsCreateHash
      ? await this.#nameByHash(first, version)
      : { create: first, roomId: this.#newRoomId() };
    while (this.#committer.recovery !== undefined) await this.#committer.recovery;
    const actor = new RoomActor(
      new RoomState({ nid: (this.#lastNid += 1), id: roomId, version }, this.#options.serverName),
      {
        extremities: [],
        depth: 0,
        notifySeq: 0,
      },
    );
    const events = await this.#commit(actor, [create, ...others], {}, new Map());
    return { roomId, events };
  }

  /** A room of this server, loaded when it is not in memory. */
  async findRoom(roomId: string): Promise<RoomView | undefined> {
    return (await this.#rooms.find(roomId))?.state;
  }

  /** A room that is in memory, as every room is in which something is being committed. */
  loadedRoom(roomId: RoomId): RoomView | undefined {
    return this.#rooms.peek(roomId)?.state;
  }

  async findRoomByNid(nid: number): Promise<RoomView | undefined> {
    return (await this.#rooms.findByNid(nid))?.state;
  }

  /** As {@link findRoom}; a room that does not exist throws M_NOT_FOUND. */
  async getRoom(roomId: string): Promise<RoomView> {
    const room = await this.findRoom(roomId);
    if (room === undefined) throw notFound('This room does not exist');
    return room;
  }

  /** The rooms that a user is or was in, as of the last visible event. */
  async membershipsOf(userId: UserId): Promise<Memberships> {
    return this.#memberships.get(userId);
  }

  /** Everybody with whom a user is in a room, the user too. */
  async usersSharingRooms(userId: UserId): Promise<ReadonlySet<UserId>> {
    const users = new Set([userId]);
    for (const { roomId, membership } of (await this.membershipsOf(userId)).values()) {
      if (membership !== 'join') continue;
      const room = await this.findRoom(roomId);
      for (const [other, theirs] of room?.members() ?? []) if (theirs === 'join') users.add(other);
    }
    return users;
  }

  /** Takes a room that the user has left off their lists for good. */
  async forget(userId: UserId, roomId: RoomId): Promise<void> {
    const record = (await this.membershipsOf(userId)).get(roomId);
    if (record === undefined) return;
    await this.#options.database.write(async (tx) => updateForgotten(tx, userId, record.roomNid));
    this.#memberships.markForgotten(userId, roomId);
  }

  /** Resolves when everything that was accepted is durable or refused. */
  async settle(): Promise<void> {
    await this.#committer.settle();
  }

  async #append(
    roomId: RoomId,
    intents: readonly EventIntent[],
    options: AppendOptions,
  ): Promise<readonly AppendedEvent[]> {
    const actor = this.#rooms.peek(roomId) ?? (await this.#rooms.find(roomId));
    // A room that is not there looks like one that the sender is not in.
    if (actor === undefined) throw forbidden('You are not in this room');
    const targets = await this.#redactionTargets(roomId, intents);
    while (this.#committer.recovery !== undefined) await this.#committer.recovery;
    return this.#commit(actor, intents, options, targets);
  }

  /** Stages without waiting and hands the events over: between the two nobody else gets at the room. */
  async #commit(
    actor: RoomActor,
    intents: readonly EventIntent[],
    options: AppendOptions,
    redactionTargets: ReadonlyMap<EventId, StoredEvent>,
  ): Promise<readonly AppendedEvent[]> {
    const staged = stageEvents(actor, { intents, transaction: options.transaction, redactionTargets }, this.#stage);
    return this.#committer.commit({ actor, intents, options, redactionTargets, staged });
  }

  async #redactionTargets(roomId: RoomId, intents: readonly EventIntent[]): Promise<ReadonlyMap<EventId, StoredEvent>> {
    const ids = intents.flatMap((intent) => (intent.redacts === undefined ? [] : [intent.redacts]));
    if (ids.length === 0) return new Map();
    const found = (await listEvents(this.#options.database.reader, ids)).filter((event) => event.roomId === roomId);
    if (found.length < new Set(ids).size) throw notFound('The event to redact is not in this room');
    return new Map(found.map((event) => [event.eventId, event]));
  }

  /** Writes one batch and announces it. Rejects only when nothing of it was or will be written. */
  async #flush(appends: readonly StagedAppend[]): Promise<readonly (readonly AppendedEvent[])[]> {
    const count = appends.reduce((sum, append) => sum + newEventsOf(append).length, 0);
    const events = count === 0 ? [] : await this.#write(appends, count);
    let at = 0;
    return appends.map((append) => append.staged.map((intent) => resultOf(append, intent, () => events[at++])));
  }

  async #write(appends: readonly StagedAppend[], count: number): Promise<readonly CommittedEvent[]> {
    return this.position.write(
      count,
      async (first) => {
        const batch = arrangeBatch(appends, first);
        try {
          await this.#options.database.execute(writeStatement(batch));
        } catch (error) {
          if (!(await wasCommitted(this.#options.database, batch, error))) throw error;
        }
        return batch.events;
      },
      (events) => this.#announce(appends, events),
    );
  }

  #announce(appends: readonly StagedAppend[], events: readonly CommittedEvent[]): void {
    let at = 0;
    for (const append of appends) {
      const staged = newEventsOf(append);
      const committed = events.slice(at, (at += staged.length));
      for (const event of committed) {
        append.actor.state.apply(event);
        if (event.redactedTarget !== undefined) append.actor.state.replace(event.redactedTarget);
        this.#memberships.apply(event);
      }
      append.actor.commit(staged);
      this.#rooms.adopt(append.actor);
    }
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        // What is durable stays so, whatever a reader of the news makes of it; the others hear it too.
        this.#options.log.error({ err: error }, 'a listener to committed events failed');
      }
    }
  }

  #newRoomId(): RoomId {
    // The grammar of room ids up to version 11.
    return `!${this.#options.random.token(ID_BYTES)}:${this.#options.serverName}` as RoomId;
  }

  /**
   * The id of a v12 room is the hash of its create event. Two rooms that one user makes alike in one millisecond would be
   * the same, so the second is made a millisecond later.
   */
  async #nameByHash(
    first: EventIntent,
    version: RoomVersion,
  ): Promise<{ readonly create: EventIntent; readonly roomId: RoomId }> {
    const { serverName, signer, crypto } = this.#options;
    for (;;) {
      this.#lastCreateTs = Math.max(first.originServerTs ?? this.#options.clock.nowMs(), this.#lastCreateTs + 1);
      const create = { ...first, originServerTs: this.#lastCreateTs };
      const { roomId } = buildPdu(
        { ...create, roomId: undefined, stateKey: '', depth: 1, prevEvents: [], authEvents: [], redacts: undefined },
        { version, serverName, signer, crypto },
      ).pdu;
      if ((await this.#rooms.find(roomId)) === undefined) return { create, roomId };
    }
  }
}
