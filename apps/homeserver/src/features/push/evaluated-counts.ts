import {
  evaluatePushRules,
  readPushEvent,
  type EventId,
  type JsonObject,
  type PushContext,
  type PushRuleset,
  type RoomId,
  type UserId,
  readStoredJson,
} from '@stafette/protocol';
import { follows, type FollowedThreads } from './followed-threads.ts';
import type { ReadFloors } from './read-floors.ts';
import { NOTHING_UNREAD, Tally, type UnreadOfRoom } from './tally.ts';
import { threadRootOf } from './unread-flags.ts';
import type { RoomPlace, UnreadEvent, UnreadSource } from './unread-source.ts';

/** Unread events that the rules are asked about, a user and room; who has more unread sees this many. */
const MAX_EVALUATED = 1000;

export interface EvaluationDependencies {
  readonly source: UnreadSource;
  readonly rulesOf: (userId: UserId) => Promise<{ readonly ruleset: PushRuleset; readonly isCustomised: boolean }>;
  readonly contextOf: (roomId: RoomId, userId: UserId) => Promise<Omit<PushContext, 'followsThread'> | undefined>;
  readonly followedBy: (userId: UserId) => Promise<FollowedThreads>;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
}

/** An event of which the user's own rules notify. */
interface EvaluatedEvent {
  readonly pos: number;
  readonly threadId: string;
  readonly isHighlight: boolean;
}

/** What is known of one user in one room whose rules are asked about each event. */
interface Evaluated {
  /** The room's events were asked about up to here; undefined before the first time. */
  upTo: number | undefined;
  events: EvaluatedEvent[];
}

/** Asks a user's rules about an event; undefined when they do not notify. */
function evaluateEvent(
  event: UnreadEvent,
  ruleset: PushRuleset,
  context: Omit<PushContext, 'followsThread'>,
  followed: FollowedThreads,
  ignored: ReadonlySet<string>,
): EvaluatedEvent | undefined {
  if (ignored.has(event.sender)) return undefined;
  // Canonical text of an event is an object with an object `content`.
  const json = readStoredJson(event.json) as JsonObject & { content: JsonObject };
  // The id came from the events' own table.
  const pushEvent = readPushEvent({
    json,
    roomId: event.roomId,
    eventId: event.eventId as EventId,
    sender: event.sender,
  });
  const root = threadRootOf(json.content);
  const followsThread = follows(followed, root, event.pos);
  const outcome = evaluatePushRules(ruleset, pushEvent, { ...context, followsThread });
  if (!outcome.notify) return undefined;
  return { pos: event.pos, threadId: root ?? 'main', isHighlight: outcome.highlight };
}

/** Counts for users whose own rules have to be asked about each event; what was asked is remembered. */
export class EvaluatedCounts {
  readonly #d: EvaluationDependencies;
  readonly #users = new Map<UserId, Map<number, Evaluated>>();
  /** Position of the newest event of each room that had one since the start. */
  readonly #newest = new Map<number, number>();

  constructor(dependencies: EvaluationDependencies) {
    this.#d = dependencies;
  }

  /** Takes in that a room has an event more. */
  observe({ roomNid, pos }: { readonly roomNid: number; readonly pos: number }): void {
    this.#newest.set(roomNid, pos);
  }

  async count(userId: UserId, roomId: RoomId, roomNid: number, read: ReadFloors): Promise<UnreadOfRoom> {
    const known = this.#find(userId, roomNid);
    const isBehind = known.upTo === undefined || (this.#newest.get(roomNid) ?? 0) > known.upTo;
    if (isBehind && !(await this.#catchUp(known, userId, roomId, { roomNid, pos: known.upTo ?? read.lowest })))
      return NOTHING_UNREAD;
    const tally = new Tally(0);
    for (const event of known.events) {
      if (event.pos > read.thread(event.threadId)) tally.add(event.threadId, 1, event.isHighlight ? 1 : 0);
    }
    return tally.result();
  }

  /** Asks about the events after a place; false when there is no such room. */
  async #catchUp(known: Evaluated, userId: UserId, roomId: RoomId, place: RoomPlace): Promise<boolean> {
    const context = await this.#d.contextOf(roomId, userId);
    if (context === undefined) return false;
    const [{ ruleset }, ignored, followed] = await Promise.all([
      this.#d.rulesOf(userId),
      this.#d.ignoredBy(userId),
      this.#d.followedBy(userId),
    ]);
    const upTo = this.#d.source.current();
    for (const event of await this.#d.source.listAfter(place, upTo, MAX_EVALUATED)) {
      // Another request may have asked about it meanwhile.
      if (event.pos <= (known.upTo ?? 0)) continue;
      const evaluated = evaluateEvent(event, ruleset, context, followed, ignored);
      if (evaluated !== undefined) known.events.push(evaluated);
    }
    known.upTo = Math.max(known.upTo ?? 0, upTo);
    known.events.splice(0, known.events.length - MAX_EVALUATED);
    return true;
  }

  /** The user's rules, ignore list or followed threads changed. */
  forget(userId: UserId): void {
    this.#users.delete(userId);
  }

  /** Deleted events count no more. */
  drop(roomNid: number, positions: ReadonlySet<number>): void {
    for (const rooms of this.#users.values()) {
      const known = rooms.get(roomNid);
      if (known !== undefined) known.events = known.events.filter((event) => !positions.has(event.pos));
    }
  }

  clear(): void {
    this.#users.clear();
  }

  #find(userId: UserId, roomNid: number): Evaluated {
    let rooms = this.#users.get(userId);
    if (rooms === undefined) this.#users.set(userId, (rooms = new Map()));
    let known = rooms.get(roomNid);
    if (known === undefined) rooms.set(roomNid, (known = { upTo: undefined, events: [] }));
    return known;
  }
}
