import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import type { EventPolicy } from '@stafette/policy';
import type {
  Ed25519Signer,
  EventId,
  ProtocolCrypto,
  RoomId,
  RoomVersion,
  ServerName,
  UserId,
} from '@stafette/protocol';
import type { Database, ReadTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import type { AppendedEvent, AppendOptions, EventIntent } from './event-intent.ts';
import { bundleRelations, type BundleViewer } from './bundles.ts';
import { listEvents } from './event-rows.ts';
import { HistoryPurge } from './history-purge.ts';
import { EventWriter, type CommitListener } from './event-writer.ts';
import type { RetentionLimits } from './lifetime.ts';
import { MembershipIndex, type Memberships } from './membership-index.ts';
import { mayNeedPolicySignature, type AskPolicyServer } from './policy-signatures.ts';
import { RecentEvents } from './recent-events.ts';
import { RoomActor } from './room-actor.ts';
import { RoomAppends } from './room-appends.ts';
import { ID_BYTES, RoomNaming } from './room-naming.ts';
import { RoomRemoval } from './room-removal.ts';
import { RoomRegistry } from './room-registry.ts';
import { RoomState, type RoomView } from './room-state.ts';
import { SentTransactions } from './sent-transactions.ts';
import type { UnreadClassifier } from './stage-events.ts';
import type { StoredEvent } from './stored-event.ts';
import { findLastPositions, listStateAt, listStateChanges, listStays, updateForgotten } from './store.ts';
import { listChangedRooms, listNotifySeqs, listTimeline, listTimelines, type TimelineRange } from './timeline.ts';
import { listAllSince, listNotifying, listSpecialsOfRooms } from './unread-reads.ts';

export interface RoomEventsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly crypto: ProtocolCrypto;
  readonly policies: readonly EventPolicy[];
  /** Rooms that nobody of this server may come into any more. */
  readonly isBlocked?: (roomId: RoomId) => boolean;
  /** Users of whom nothing is shown to those who were not there. */
  readonly isErased?: (userId: UserId) => boolean;
  /** How long rooms may keep their messages; without it for as long as each says. */
  readonly retention?: RetentionLimits;
  /** Without it nothing is sent into rooms with a policy server. */
  readonly askPolicyServer?: AskPolicyServer;
  readonly classifyUnread?: UnreadClassifier;
  /** Whether flags count towards a room's running number. */
  readonly countsAsUnread?: (flags: number) => boolean;
}

const refusePolicyServers: AskPolicyServer = async () => {
  throw forbidden('The policy server of this room cannot be asked');
};

/**
 * The rooms of this server and the only way to change one. Reading is served from memory where it can be; writing is
 * authorised in memory, batched over all rooms, and acknowledged when it is durable.
 */
export class RoomEvents {
  /** The `events` stream. */
  readonly position: StreamPosition;
  // What is read from the database; each takes the transaction it reads in.
  readonly listTimelines = listTimelines;
  readonly listChangedRooms = listChangedRooms;
  readonly notifySeqAt = listNotifySeqs;
  readonly listSpecialsOfRooms = listSpecialsOfRooms;
  readonly listAllSince = listAllSince;
  readonly listNotifying = listNotifying;
  readonly stateAt = listStateAt;
  readonly stateChanges = listStateChanges;
  readonly getEvents = listEvents;
  readonly listStays = listStays;
  /** Deleting messages for good. */
  readonly purge: HistoryPurge;
  /** What happened lately, in memory. */
  readonly recent: RecentEvents;
  /** Deleting whole rooms. */
  readonly removal: RoomRemoval;
  readonly #options: RoomEventsOptions;
  readonly #rooms: RoomRegistry;
  readonly #memberships: MembershipIndex;
  readonly #writer: EventWriter;
  readonly #appends: RoomAppends;
  readonly #naming: RoomNaming;
  readonly #transactions = new SentTransactions<readonly AppendedEvent[]>();
  #lastNid: number;

  private constructor(options: RoomEventsOptions, last: { readonly pos: number; readonly nid: number }) {
    const { database, log, clock, random } = options;
    this.#options = options;
    this.position = new StreamPosition('events', last.pos);
    this.#lastNid = last.nid;
    this.#rooms = new RoomRegistry(database, options);
    this.purge = new HistoryPurge(database, this.#rooms);
    this.recent = new RecentEvents(last.pos);
    this.#memberships = new MembershipIndex(database);
    this.#naming = new RoomNaming(options);
    this.#writer = new EventWriter({
      database,
      log,
      position: this.position,
      rooms: this.#rooms,
      memberships: this.#memberships,
      askPolicyServer: options.askPolicyServer ?? refusePolicyServers,
      stage: {
        ...options,
        isBlocked: options.isBlocked ?? (() => false),
        classifyUnread: options.classifyUnread ?? (() => 0),
        countsAsUnread: options.countsAsUnread ?? (() => false),
        nowMs: () => clock.nowMs(),
        newEventToken: () => random.token(ID_BYTES),
      },
    });
    this.#appends = new RoomAppends(this.#rooms, this.#writer);
    this.#writer.onCommitted((events) => {
      for (const event of events) this.recent.add(event, event.redactedTarget);
    });
    this.purge.onPurged((purged) => this.recent.forget(purged));
    this.removal = new RoomRemoval({
      database,
      rooms: this.#rooms,
      memberships: this.#memberships,
      writer: this.#writer,
      purge: this.purge,
    });
  }

  static async open(options: RoomEventsOptions): Promise<RoomEvents> {
    return new RoomEvents(options, await findLastPositions(options.database.reader));
  }

  /** Called with every batch in order, in the tick in which it becomes visible; room views and memberships know it by then. */
  onCommitted(listener: CommitListener): void {
    this.#writer.onCommitted(listener);
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
    const isTaken = async (id: RoomId): Promise<boolean> => (await this.#rooms.find(id)) !== undefined;
    const { create, roomId } = await this.#naming.name(first, version, isTaken);
    while (this.#writer.recovery !== undefined) await this.#writer.recovery;
    this.#lastNid += 1;
    const state = new RoomState({ nid: this.#lastNid, id: roomId, version }, this.#options);
    const actor = new RoomActor(state, { extremities: [], depth: 0, notifySeq: 0 });
    const wanted = { intents: [create, ...others], transaction: undefined, redactionTargets: new Map() };
    const events = await (mayNeedPolicySignature(actor, wanted.intents)
      ? (await this.#writer.commitSigned(actor, wanted)).written
      : this.#writer.commit(actor, wanted));
    return { roomId, events };
  }

  /** A room of this server, loaded when it is not in memory. */
  async findRoom(roomId: string): Promise<RoomView | undefined> {
    return (await this.#rooms.find(roomId))?.state;
  }

  /** Brings rooms into memory together, so that {@link findRoom} then finds each at once. */
  async loadRooms(roomIds: Iterable<RoomId>): Promise<void> {
    await this.#rooms.load(roomIds);
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

  /** Events of one room in the order asked for, and whether there are more in the range. */
  async listTimeline(tx: ReadTx, roomNid: number, range: TimelineRange): ReturnType<typeof listTimeline> {
    return this.recent.page(roomNid, range) ?? listTimeline(tx, roomNid, range);
  }

  /** `m.relations` of each event that has any, as JSON text by event id. */
  async bundleRelations(events: readonly StoredEvent[], viewer: BundleViewer): Promise<ReadonlyMap<string, string>> {
    const related = events.filter((event) => this.recent.mayHaveRelations(event));
    const byAge = Map.groupBy(related, (event) => this.#expiredUntil(event.roomId));
    const bundles = await Promise.all(
      [...byAge].map(async ([expiredUntilMs, some]) =>
        bundleRelations(this.#options.database.reader, some, { ...viewer, expiredUntilMs }),
      ),
    );
    return bundles.length > 1 ? new Map(bundles.flatMap((bundle) => [...bundle])) : (bundles[0] ?? new Map());
  }

  /** Messages of a room that were sent then or before have expired. Whoever shows events has their room in memory. */
  #expiredUntil(roomId: RoomId): number {
    const lifetimeMs = this.#rooms.peek(roomId)?.state.lifetimeMs;
    return lifetimeMs === undefined ? Number.MIN_SAFE_INTEGER : this.#options.clock.nowMs() - lifetimeMs;
  }

  /** See {@link RoomEventsOptions.isErased}. */
  isErased(userId: UserId): boolean {
    return this.#options.isErased?.(userId) === true;
  }

  /** Everybody with whom a user is in a room, the user too. */
  async usersSharingRooms(userId: UserId): Promise<ReadonlySet<UserId>> {
    const users = new Set([userId]);
    const memberships = [...(await this.membershipsOf(userId)).values()];
    const roomIds = memberships.filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId);
    await this.loadRooms(roomIds);
    for (const roomId of roomIds) {
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
    await this.#writer.settle();
  }

  async #append(
    roomId: RoomId,
    intents: readonly EventIntent[],
    { transaction }: AppendOptions,
  ): Promise<readonly AppendedEvent[]> {
    const redactionTargets = await this.#redactionTargets(roomId, intents);
    return this.#appends.append(roomId, { intents, transaction, redactionTargets });
  }

  async #redactionTargets(roomId: RoomId, intents: readonly EventIntent[]): Promise<ReadonlyMap<EventId, StoredEvent>> {
    const redactions = intents.flatMap(({ redacts, sender }) => (redacts === undefined ? [] : [{ redacts, sender }]));
    if (redactions.length === 0) return new Map();
    const room = await this.findRoom(roomId);
    // Strangers do not learn which events a room has.
    if (redactions.some(({ sender }) => room?.membershipOf(sender) !== 'join'))
      throw forbidden('You are not in this room');
    const ids = new Set(redactions.map(({ redacts }) => redacts));
    const found = (await listEvents(this.#options.database.reader, [...ids])).filter(
      (event) => event.roomId === roomId,
    );
    if (found.length < ids.size) throw invalidParam('The event to redact is not in this room');
    return new Map(found.map((event) => [event.eventId, event]));
  }
}
