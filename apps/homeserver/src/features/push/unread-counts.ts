import { type JsonObject, type RoomId, type UserId, readStoredJson } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { EvaluatedCounts, type EvaluationDependencies } from './evaluated-counts.ts';
import { follows, type FollowedThreads } from './followed-threads.ts';
import { ImplicitReads } from './implicit-reads.ts';
import { ReadFloors, ReadFloorsByRoom } from './read-floors.ts';
import { RoomSpecials } from './room-specials.ts';
import { countsInMain, FOLLOWABLE, HIGHLIGHTS, isSpecial, NOTIFIES, THREADED, threadRootOf } from './unread-flags.ts';
import { NOTHING_UNREAD, Tally, type UnreadOfRoom } from './tally.ts';
import { unreadModeOf, type UnreadMode } from './unread-mode.ts';
import type { UnreadEvent } from './unread-source.ts';

/** A receipt that moved, as counting needs it. */
export interface MovedReceipt {
  readonly roomNid: number;
  readonly userId: UserId;
  /** '' for an unthreaded one. */
  readonly threadId: string;
  readonly eventPos: number;
}

export interface CommittedForUnread extends UnreadEvent {
  readonly content: JsonObject;
  /** The event that this one redacted. */
  readonly redactedTarget: { readonly eventId: string } | undefined;
  readonly membership: { readonly userId: UserId; readonly from: string | undefined; readonly to: string } | undefined;
}

interface Dependencies extends EvaluationDependencies {
  readonly database: Database;
  readonly isLocal: (userId: UserId) => boolean;
  /** By the default rules, events in threads notify those who follow the thread alone. */
  readonly quietThreads: boolean;
  readonly receiptsOf: (userId: UserId, roomNids: readonly number[]) => Promise<readonly MovedReceipt[]>;
  /** Messages that expired since this was asked last, and are deleted in a while. */
  readonly listExpired: (
    roomIds: readonly RoomId[],
  ) => Promise<readonly { readonly roomNid: number; readonly pos: number; readonly notifySeq: number }[]> | undefined;
  readonly onFailure: (error: unknown) => void;
}

/** Users whose modes are kept in memory before all are dropped and worked out again as needed. */
const MAX_USERS = 50_000;

/**
 * Counts unread events without a row, or any work, per reader of a message.
 *
 * 1. Each event carries its room's running counter of what the default rules notify of in the main timeline.
 * 2. A reader's floor is their furthest receipt, or the last event of their own; unread is the difference of counters.
 * 3. Mentions and threads are few: those events of a room are kept in a list and looked at one by one. There it also
 *    counts which threads the reader follows.
 * 4. Readers with other rules fall into one of the classes of {@link UnreadMode}; only the last asks the rules anew.
 *
 * https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications
 */
export class UnreadCounts {
  readonly #d: Dependencies;
  readonly #specials: RoomSpecials;
  readonly #floors = new ReadFloorsByRoom();
  readonly #implicit: ImplicitReads;
  /** Running counter of rooms that had an event or a count since the start. */
  readonly #seqs = new Map<number, number>();
  /** The highest running counter of the messages of each room that were deleted since the start. */
  readonly #purgedSeqs = new Map<number, number>();
  readonly #evaluated: EvaluatedCounts;
  readonly #modes = new Map<UserId, Map<RoomId, UnreadMode>>();
  readonly #ignored = new Map<UserId, ReadonlySet<string>>();
  readonly #loading = new Map<UserId, Promise<void>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.#specials = new RoomSpecials(dependencies.source);
    this.#evaluated = new EvaluatedCounts(dependencies);
    this.#implicit = new ImplicitReads(dependencies.database, dependencies.onFailure);
  }

  /** Reads what the last process may not have written. Before anybody asks for counts. */
  async recover(mark: number): Promise<void> {
    for (let after = mark; ;) {
      const events = await this.#d.source.listSince(after, 1000);
      for (const event of events) await this.#recoverRead(event);
      const last = events.at(-1);
      if (last === undefined) break;
      after = last.pos;
      this.#implicit.advance(after);
    }
    await this.#implicit.flush();
  }

  /** Takes in an event that became visible, in order of positions. */
  observe(event: CommittedForUnread): void {
    this.#seqs.set(event.roomNid, event.notifySeq);
    this.#evaluated.observe(event);
    if (isSpecial(event.unreadFlags)) this.#specials.add(event, event.content);
    if (event.redactedTarget !== undefined) this.#specials.forget(event.roomNid, event.redactedTarget.eventId);
    this.#observeRead(event, event.membership?.to === 'join' && event.membership.from !== 'join');
    this.#implicit.advance(event.pos);
  }

  /** Takes in a receipt that became visible, with the running counter at its event. */
  observeReceipt({ roomNid, userId, threadId, eventPos }: MovedReceipt, notifySeq: number): void {
    const floors = this.#floors.find(roomNid, userId);
    if (floors?.raise(threadId, eventPos) === true) floors.seqAtMain = notifySeq;
  }

  /** Messages were deleted: nobody has them to read. */
  observePurged(roomNid: number, events: readonly Pick<UnreadEvent, 'pos' | 'notifySeq'>[]): void {
    const seqs = events.map(({ notifySeq }) => notifySeq);
    this.#purgedSeqs.set(roomNid, Math.max(this.#purgedSeqs.get(roomNid) ?? 0, ...seqs));
    const positions = new Set(events.map(({ pos }) => pos));
    this.#specials.drop(roomNid, positions);
    this.#evaluated.drop(roomNid, positions);
  }

  /** Leaves nothing of a room that is no more; what is known of it in memory nobody asks for. */
  async removeRoom(tx: WriteTx, roomNid: number): Promise<void> {
    await this.#implicit.removeRoom(tx, roomNid);
  }

  /** Forgets what was worked out by rules, an ignore list or followed threads that changed. */
  rulesChanged(userId: UserId): void {
    this.#modes.delete(userId);
    this.#evaluated.forget(userId);
  }

  async flush(): Promise<void> {
    await this.#implicit.flush();
  }

  /** Position up to which a user has read a thread of a room; 'main' is the timeline itself. */
  async readUpTo(userId: UserId, roomNid: number, threadId: string): Promise<number> {
    return (await this.#loadFloors(userId, [roomNid])).get(roomNid)?.thread(threadId) ?? 0;
  }

  /** Counts of the given rooms; the user is or was a member of each. */
  async counts(
    userId: UserId,
    rooms: readonly { readonly roomId: RoomId; readonly roomNid: number }[],
  ): Promise<ReadonlyMap<RoomId, UnreadOfRoom>> {
    await this.#noteIgnored(userId);
    const floors = await this.#loadFloors(
      userId,
      rooms.map((room) => room.roomNid),
    );
    const expired = await this.#d.listExpired(rooms.map(({ roomId }) => roomId));
    for (const [roomNid, events] of Map.groupBy(expired ?? [], (event) => event.roomNid))
      this.observePurged(roomNid, events);
    await this.#specials.load(rooms.map(({ roomNid }) => ({ roomNid, pos: floors.get(roomNid)?.lowest ?? 0 })));
    const followed = this.#d.quietThreads ? await this.#d.followedBy(userId) : undefined;
    const counted = new Map<RoomId, UnreadOfRoom>();
    for (const { roomId, roomNid } of rooms) {
      const read = floors.get(roomNid);
      const mode = this.#modes.get(userId)?.get(roomId) ?? (await this.#findMode(userId, roomId));
      if (read === undefined || mode === 'silent') counted.set(roomId, NOTHING_UNREAD);
      else if (mode === 'evaluate') counted.set(roomId, await this.#evaluated.count(userId, roomId, roomNid, read));
      else counted.set(roomId, this.#subtract(userId, roomNid, read, mode, followed));
    }
    return counted;
  }

  /** Whoever ignores somebody is asked about each event; a list that changed changes what was counted. */
  async #noteIgnored(userId: UserId): Promise<void> {
    const ignored = await this.#d.ignoredBy(userId);
    if (this.#ignored.get(userId) === ignored) return;
    if (this.#ignored.size >= MAX_USERS) this.#forgetUsers();
    this.#ignored.set(userId, ignored);
    this.rulesChanged(userId);
  }

  #forgetUsers(): void {
    this.#ignored.clear();
    this.#modes.clear();
    this.#evaluated.clear();
  }

  /** `followed`: the reader's threads, where they decide. */
  #subtract(
    userId: UserId,
    roomNid: number,
    read: ReadFloors,
    mode: 'default' | 'mentions',
    followed: FollowedThreads | undefined,
  ): UnreadOfRoom {
    const isDefault = mode === 'default';
    const readSeq = Math.max(read.seqAtMain, this.#purgedSeqs.get(roomNid) ?? 0);
    const tally = new Tally(isDefault ? Math.max(0, (this.#seqs.get(roomNid) ?? readSeq) - readSeq) : 0);
    for (const event of this.#specials.after(roomNid, read.lowest)) {
      if (event.pos <= read.thread(event.threadId) || event.sender === userId) continue;
      const isHighlight = (event.flags & HIGHLIGHTS) !== 0 || event.mentions.has(userId);
      const isCounted = isDefault && countsInMain(event.flags);
      const notifiesReader =
        followed !== undefined && (event.flags & THREADED) !== 0
          ? (event.flags & (FOLLOWABLE | NOTIFIES)) !== 0 && follows(followed, event.threadId, event.pos)
          : isDefault && (event.flags & NOTIFIES) !== 0;
      const notifies = isHighlight || notifiesReader;
      if (notifies) tally.add(event.threadId, isCounted ? 0 : 1, isHighlight ? 1 : 0);
    }
    return tally.result();
  }

  async #findMode(userId: UserId, roomId: RoomId): Promise<UnreadMode> {
    const [{ ruleset, isCustomised }, ignored] = await Promise.all([
      this.#d.rulesOf(userId),
      this.#d.ignoredBy(userId),
    ]);
    const own = isCustomised ? unreadModeOf(ruleset, userId, roomId) : 'default';
    const mode = ignored.size > 0 && own !== 'silent' ? 'evaluate' : own;
    let modes = this.#modes.get(userId);
    if (modes === undefined) this.#modes.set(userId, (modes = new Map()));
    modes.set(roomId, mode);
    return mode;
  }

  async #loadFloors(userId: UserId, roomNids: readonly number[]): Promise<ReadonlyMap<number, ReadFloors>> {
    // One at a time for a user: floors that are being read are not to be counted from.
    while (this.#loading.has(userId)) await this.#loading.get(userId);
    const found = new Map<number, ReadFloors>();
    const missing: number[] = [];
    for (const roomNid of roomNids) {
      const known = this.#floors.find(roomNid, userId);
      if (known === undefined) missing.push(roomNid);
      else found.set(roomNid, known);
    }
    if (missing.length === 0) return found;
    // Put in place before reading, so that what happens meanwhile raises them too.
    for (const roomNid of missing) {
      const floors = new ReadFloors();
      found.set(roomNid, floors);
      this.#floors.set(roomNid, userId, floors);
    }
    const reading = this.#readFloors(userId, missing, found);
    this.#loading.set(
      userId,
      reading.catch(() => undefined),
    );
    try {
      await reading;
    } catch (error) {
      for (const roomNid of missing) this.#floors.forget(roomNid, userId);
      throw error;
    } finally {
      this.#loading.delete(userId);
    }
    return found;
  }

  async #readFloors(
    userId: UserId,
    roomNids: readonly number[],
    floors: ReadonlyMap<number, ReadFloors>,
  ): Promise<void> {
    const [receipts, implicit] = await Promise.all([
      this.#d.receiptsOf(userId, roomNids),
      this.#implicit.list(userId, roomNids),
    ]);
    for (const read of [...receipts, ...implicit]) floors.get(read.roomNid)?.raise(read.threadId, read.eventPos);
    await this.#loadCounters(roomNids, floors);
  }

  /** The counters at the floors and at the ends of the rooms. */
  async #loadCounters(roomNids: readonly number[], floors: ReadonlyMap<number, ReadFloors>): Promise<void> {
    const unknown = roomNids.filter((roomNid) => !this.#seqs.has(roomNid));
    const upTo = this.#d.source.current();
    const places = roomNids.map((roomNid) => ({ roomNid, pos: floors.get(roomNid)?.main ?? 0 }));
    const [atFloors, atEnds] = await Promise.all([
      this.#d.source.notifySeqAt(places),
      this.#d.source.notifySeqAt(unknown.map((roomNid) => ({ roomNid, pos: upTo }))),
    ]);
    places.forEach(({ roomNid, pos }, index) => {
      const read = floors.get(roomNid);
      // Raised in the meantime: then the counter is the event's own, and set already.
      if (read !== undefined && read.main === pos) read.seqAtMain = atFloors[index] ?? 0;
    });
    unknown.forEach((roomNid, index) => {
      if (!this.#seqs.has(roomNid)) this.#seqs.set(roomNid, atEnds[index] ?? 0);
    });
  }

  /** A join, or a message or state event of a local user, reads what came before. */
  #observeRead(event: EventWithContent, isNewJoin: boolean): void {
    const threadId = isNewJoin ? '' : threadReadBy(event);
    if (threadId === undefined || !this.#d.isLocal(event.sender)) return;
    this.#implicit.add({ userId: event.sender, roomNid: event.roomNid, threadId, eventPos: event.pos });
    const floors = this.#floors.find(event.roomNid, event.sender);
    if (floors?.raise(threadId, event.pos) === true) floors.seqAtMain = event.notifySeq;
  }

  /** The stored event does not say what it changed: a join is new when the user never joined before. */
  async #recoverRead(event: UnreadEvent): Promise<void> {
    // Canonical text of an event is an object with an object `content`.
    const { content } = readStoredJson(event.json) as { readonly content: JsonObject };
    const isJoin =
      event.type === 'm.room.member' && event.stateKey === event.sender && content['membership'] === 'join';
    const isNewJoin =
      isJoin && !(await this.#implicit.list(event.sender, [event.roomNid])).some((read) => read.threadId === '');
    this.#observeRead({ ...event, content }, isNewJoin);
  }
}

type EventWithContent = UnreadEvent & { readonly content: JsonObject };

/**
 * The thread that a user has read by sending this event; undefined for what says nothing about reading: memberships, and
 * reactions, edits and redactions, whose thread is that of another event.
 */
function threadReadBy({ type, content }: EventWithContent): string | undefined {
  if (type === 'm.room.member' || type === 'm.room.redaction') return undefined;
  const relation = content['m.relates_to'];
  const isRelated = typeof relation === 'object' && relation !== null && 'rel_type' in relation;
  return isRelated ? threadRootOf(content) : 'main';
}
