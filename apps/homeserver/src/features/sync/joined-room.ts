import type { RoomId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { UnreadOfRoom } from '../push/index.ts';
import { readerOf, type RoomEvents, type RoomReader, type RoomView, type StoredEvent } from '../room-events/index.ts';
import type { AnswerContext, OwnMembership } from './answer-context.ts';
import type { Heroes } from './heroes.ts';
import { asFiltered, type Timeline, type Timelines } from './timeline.ts';
import { lastOfEachKey, stateBefore, stateBeside } from './room-state-delta.ts';
import { eventList, objectOf, stateParts, summaryJson, timelineJson, unreadParts } from './room-json.ts';

/** What was read for all rooms of an answer at once. JSON texts of events. */
export interface JoinedRoomData {
  readonly ephemeral: readonly string[];
  readonly accountData: readonly string[];
  readonly unread: UnreadOfRoom | undefined;
  /** The counts have to be told, though nothing happened in the room: the user's rules changed. */
  readonly isUnreadDue: boolean;
  /** A timeline that was read together with those of other rooms. */
  readonly timeline: Timeline | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly heroes: Heroes;
}

/** Whether the ignore list lets an event pass: state is shown whoever sent it. */
export const isShownDespite = (ignored: ReadonlySet<string>, event: StoredEvent): boolean =>
  ignored.size === 0 || event.stateKey !== undefined || !ignored.has(event.sender);

const ALL_ALONG: RoomReader = { canSee: () => true, membershipAt: () => 'join' };

/** Cuts a timeline after the last event that the reader may not see: clients take it for one piece of history. */
export function onlyVisible(timeline: Timeline, reader: RoomReader, upTo: number): Timeline {
  const hidden = timeline.events.findLastIndex((event) => !reader.canSee(event));
  if (hidden < 0) return timeline;
  const visible = timeline.events.slice(hidden + 1);
  return { events: visible, isLimited: true, start: visible[0] === undefined ? upTo : visible[0].pos - 1, all: timeline.all };
}

/** Builds the answer's part for a room that the user is in. */
export class JoinedRooms {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. The timeline of the interval, without what the reader may not or does not want to see.
   * 2. State beside it: all of it for a room that is new to the client, otherwise what the timeline does not tell.
   * 3. Of members, when they are loaded lazily, those whom the client needs and does not know.
   * 4. Summary, counts and what else was read before.
   *
   * `after` undefined: the room is new to the client. Undefined when there is nothing to tell.
   */
  async build(context: AnswerContext, own: OwnMembership, room: RoomView, after: number | undefined, isFull: boolean, data: JoinedRoomData): Promise<string | undefined> {
    const { request, to } = context;
    const read = data.timeline ?? (await this.#readTimeline(context, own, after));
    // Members see everything since they joined; what is before is decided by the reader gate.
    const oldestPos = read.events[0]?.pos ?? own.pos;
    const reader = oldestPos >= own.pos ? ALL_ALONG : await readerOf(this.#d.database.reader, room, request.userId, oldestPos);
    const timeline = onlyVisible(read, reader, to.events);
    const render = (event: StoredEvent): string => context.render(event, reader.membershipAt(event));
    const changes = await this.#changes(own.roomNid, after, to.events, timeline);
    const state = isFull
      ? await this.#fullState(context, own.roomNid, room, timeline)
      : request.stateAfter.length > 0
        ? changes
        : await this.#stateBeside(own.roomNid, after ?? 0, timeline, changes);
    const needsSummary = isFull || changes.some((event) => event.type === 'm.room.member');
    const heroes = needsSummary ? this.#d.heroes.of(room, request.userId) : undefined;
    const shownState = this.#filterState(context, own.roomId, room, isFull, timeline, state, heroes ?? []);
    const isEmpty =
      timeline.events.length === 0 && !timeline.isLimited && shownState.length === 0 && data.ephemeral.length === 0 && data.accountData.length === 0;
    if (isEmpty && !isFull && !data.isUnreadDue) return undefined;
    return objectOf([
      needsSummary ? ['summary', summaryJson({ heroes, joinedCount: room.joinedCount, invitedCount: room.invitedCount })] : undefined,
      ...stateParts(request.stateAfter, shownState.map(reader === ALL_ALONG ? (event) => context.render(event) : render)),
      ['timeline', timelineJson({ ...timeline, events: timeline.events.map(render) })],
      ['ephemeral', eventList(data.ephemeral)],
      ['account_data', eventList(data.accountData)],
      ...(data.unread === undefined ? [] : unreadParts(data.unread, request.filter.room.unreadThreadNotifications)),
    ]);
  }

  async #readTimeline(context: AnswerContext, own: OwnMembership, after: number | undefined): Promise<Timeline> {
    const filter = context.request.filter.room.timeline;
    const isShown = (event: StoredEvent): boolean => isShownDespite(context.ignored, event) && filter.matches(asFiltered(event));
    return this.#d.timelines.read({ roomId: own.roomId, roomNid: own.roomNid, after, upTo: context.to.events }, filter, isShown);
  }

  /** The last change of each key in the interval; empty for a room that is new to the client. */
  async #changes(roomNid: number, after: number | undefined, upTo: number, timeline: Timeline): Promise<readonly StoredEvent[]> {
    if (after === undefined) return [];
    return timeline.all === undefined
      ? this.#d.roomEvents.stateChanges(this.#d.database.reader, roomNid, after, upTo)
      : lastOfEachKey(timeline.all);
  }

  async #stateBeside(roomNid: number, after: number, timeline: Timeline, changes: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (changes.length === 0) return [];
    const before =
      timeline.all === undefined
        ? await this.#d.roomEvents.stateChanges(this.#d.database.reader, roomNid, after, timeline.start)
        : lastOfEachKey(timeline.all.filter((event) => event.pos <= timeline.start));
    return stateBeside(before, changes, timeline.events);
  }

  async #fullState(context: AnswerContext, roomNid: number, room: RoomView, timeline: Timeline): Promise<readonly StoredEvent[]> {
    const tx = this.#d.database.reader;
    const upTo = context.to.events;
    // From memory unless the room went on while this answer was made.
    const atEnd = room.lastPos <= upTo ? [...room.allState()] : await this.#d.roomEvents.stateAt(tx, roomNid, upTo);
    if (context.request.stateAfter.length > 0) return atEnd;
    return stateBefore(atEnd, timeline.events, (eventIds) => this.#d.roomEvents.getEvents(tx, eventIds));
  }

  #filterState(
    context: AnswerContext,
    roomId: RoomId,
    room: RoomView,
    isFull: boolean,
    timeline: Timeline,
    state: readonly StoredEvent[],
    heroes: readonly string[],
  ): readonly StoredEvent[] {
    const filter = context.request.filter.room.state;
    if (!filter.matchesRoom(roomId)) return [];
    const needed = context.lazyMembers === undefined ? state : this.#lazily(context, roomId, room, isFull, timeline, state, heroes);
    const limited = filter.isSelective ? needed.filter((event) => filter.matches(asFiltered(event))) : needed;
    return filter.limit === undefined ? limited : limited.slice(0, filter.limit);
  }

  #lazily(
    context: AnswerContext,
    roomId: RoomId,
    room: RoomView,
    isFull: boolean,
    timeline: Timeline,
    state: readonly StoredEvent[],
    heroes: readonly string[],
  ): readonly StoredEvent[] {
    const { lazyMembers, request } = context;
    if (lazyMembers === undefined) return state;
    if (isFull) lazyMembers.forgetRoom(roomId);
    const senders = new Set<string>(timeline.events.map((event) => event.sender));
    const wanted = new Set<string>([...senders, ...heroes]);
    if (isFull) wanted.add(request.userId);
    const isMember = (event: StoredEvent): boolean => event.type === 'm.room.member';
    const chosen = isFull ? state.filter((event) => !isMember(event) || wanted.has(event.stateKey ?? '')) : [...state];
    const told = new Set([...chosen, ...timeline.events].filter(isMember).map((event) => event.stateKey));
    for (const userId of wanted) {
      const event = told.has(userId) ? undefined : room.state('m.room.member', userId);
      // A member event after the place that the state is of is in the timeline, or will come.
      const isInPlace = event !== undefined && event.pos <= (request.stateAfter.length > 0 ? context.to.events : timeline.start);
      if (isInPlace && (request.filter.room.includeRedundantMembers || !lazyMembers.isKnown(roomId, userId))) chosen.push(event);
    }
    for (const event of [...chosen, ...timeline.events]) {
      if (isMember(event)) lazyMembers.add(roomId, event.stateKey ?? '', event.eventId);
    }
    return chosen;
  }
}
