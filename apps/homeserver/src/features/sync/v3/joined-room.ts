import type { Database } from '../../../database/database.ts';
import type { UnreadOfRoom } from '../../push/index.ts';
import type { RoomEvents, RoomReader, RoomView, StoredEvent } from '../../room-events/index.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { AnswerContext } from './answer-context.ts';
import type { Heroes } from '../core/heroes.ts';
import { eventList, objectOf } from '../core/json.ts';
import { stateParts, summaryJson, timelineJson, unreadParts } from './room-json.ts';
import type { RoomStateReader } from '../core/room-state-reader.ts';
import type { Timeline, TimelineView, Timelines } from '../core/timeline.ts';
import { relationsOf, type Relations } from '../core/timeline-relations.ts';
import { ALL_ALONG, isShownDespite, readerOfTimeline } from '../core/visible-timeline.ts';
import { asFiltered, limitOf } from './timeline-filter.ts';

/** What was read for all rooms of an answer at once. JSON texts of events. */
export interface JoinedRoomData {
  readonly ephemeral: readonly string[];
  readonly accountData: readonly string[];
  readonly unread: UnreadOfRoom | undefined;
  /** The counts have to be told, though nothing happened in the room: the user's rules changed. */
  readonly isUnreadDue: boolean;
  /** A timeline that was read together with those of other rooms. */
  readonly timeline: Timeline | undefined;
  /** Of the events of timelines that were read together. */
  readonly relations: Relations;
  /** The gate of that timeline, where it had to be read. */
  readonly reader: RoomReader | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly state: RoomStateReader;
  readonly heroes: Heroes;
}

/** The timeline that is asked for. */
type Wanted = Pick<TimelineView, 'interval' | 'limit' | 'isShown'>;

/** A room's part of an answer while it is made. */
interface Draft {
  readonly own: OwnMembership;
  readonly room: RoomView;
  /** Undefined: the room is told in full. */
  readonly after: number | undefined;
  readonly timeline: Timeline;
  /** State changes of the interval; empty when the room is told in full. */
  readonly changes: readonly StoredEvent[];
  readonly heroes: readonly string[];
}

const isMember = (event: StoredEvent): boolean => event.type === 'm.room.member';

/** Builds the answer's part for a room that the user is in. */
export class JoinedRooms {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. The timeline of the interval, without what the reader may not or does not want to see.
   * 2. State beside it: all of it for a room that is told in full, otherwise what the timeline does not tell.
   * 3. Of members, when they are loaded lazily, those whom the client needs and does not know.
   * 4. Summary, counts and what else was read before.
   *
   * `after` undefined: the timeline begins with the room. Undefined when there is nothing to tell.
   */
  async build(
    context: AnswerContext,
    own: OwnMembership,
    after: number | undefined,
    isFull: boolean,
    data: JoinedRoomData,
  ): Promise<string | undefined> {
    const wanted = this.#wanted(context, own, after);
    const read = data.timeline ?? (await this.#d.timelines.read(wanted.interval, wanted.limit, wanted.isShown));
    const isQuiet = !isFull && !read.isLimited && read.all?.length === 0;
    const told = isQuiet
      ? quietParts(context, read)
      : await this.#eventParts(context, own, isFull ? undefined : after, { read, wanted }, data);
    const isEmpty = told === undefined || isQuiet;
    if (isEmpty && data.ephemeral.length === 0 && data.accountData.length === 0 && !data.isUnreadDue) return undefined;
    return objectOf([
      ...(told ?? quietParts(context, read)),
      ['ephemeral', eventList(data.ephemeral)],
      ['account_data', eventList(data.accountData)],
      ...(data.unread === undefined
        ? []
        : unreadParts(data.unread, context.request.filter.room.unreadThreadNotifications)),
    ]);
  }

  /** Summary, state and timeline; undefined when the filter leaves nothing of them. */
  async #eventParts(
    context: AnswerContext,
    own: OwnMembership,
    after: number | undefined,
    { read, wanted }: { readonly read: Timeline; readonly wanted: Wanted },
    data: JoinedRoomData,
  ): Promise<Parts | undefined> {
    const { request, to } = context;
    const room = await this.#d.roomEvents.findRoom(own.roomId);
    if (room === undefined) return undefined;
    const reader = data.reader ?? (await readerOfTimeline(this.#d.database.reader, room, request.userId, own, read));
    const seen = await this.#d.timelines.visible(read, { ...wanted, room, reader });
    // Whoever comes into a room asks for what was before, whether the filter left anything of it or not.
    const isNewToClient = wanted.interval.after === undefined && request.since !== undefined;
    const timeline = isNewToClient ? { ...seen, isLimited: true } : seen;
    const changes = after === undefined ? [] : await this.#d.state.changes(own.roomNid, after, to.events, timeline);
    const needsSummary = after === undefined || changes.some(isMember);
    const heroes = needsSummary ? this.#d.heroes.of(room, request.userId) : undefined;
    const state = this.#filtered(
      context,
      await this.#state(context, { own, room, after, timeline, changes, heroes: heroes ?? [] }),
      own,
    );
    if (after !== undefined && timeline.events.length === 0 && !timeline.isLimited && state.length === 0)
      return undefined;
    const relations =
      data.timeline?.events !== timeline.events
        ? await relationsOf(this.#d, [timeline], context.viewer, !request.filter.room.timeline.isSelective)
        : data.relations;
    const render = (event: StoredEvent): string => context.render(event, reader.membershipAt(event));
    return [
      needsSummary
        ? ['summary', summaryJson({ heroes, joinedCount: room.joinedCount, invitedCount: room.invitedCount })]
        : undefined,
      ...stateParts(request.stateAfter, state.map(reader === ALL_ALONG ? (event) => context.render(event) : render)),
      [
        'timeline',
        timelineJson({
          ...timeline,
          events: timeline.events.map((event) =>
            context.render(event, reader.membershipAt(event), relations.get(event.eventId)),
          ),
        }),
      ],
    ];
  }

  #wanted({ request, to, ignored }: AnswerContext, own: OwnMembership, after: number | undefined): Wanted {
    const filter = request.filter.room.timeline;
    return {
      interval: { roomNid: own.roomNid, after, upTo: to.events },
      limit: filter.matchesRoom(own.roomId) ? limitOf(filter) : 0,
      isShown: (event) => isShownDespite(ignored, event) && filter.matches(asFiltered(event)),
    };
  }

  async #state(context: AnswerContext, draft: Draft): Promise<readonly StoredEvent[]> {
    const { request, to, lazyMembers } = context;
    const { own, room, after, timeline, changes } = draft;
    const isAtEnd = request.stateAfter.length > 0;
    if (after === undefined) {
      lazyMembers?.forgetRoom(own.roomId);
      const members = lazyMembers === undefined ? undefined : new Set([request.userId, ...membersOf(draft)]);
      const atEnd = await this.#d.state.at(room, to.events, members);
      const state = isAtEnd ? atEnd : await this.#d.state.before(atEnd, timeline);
      this.#remember(context, draft, state);
      return state;
    }
    const state = isAtEnd ? changes : await this.#d.state.besideTimeline(own.roomNid, after, timeline, changes);
    return lazyMembers === undefined ? state : this.#withMembers(context, draft, state);
  }

  /** Adds the members that a client needs to show the timeline and does not know. */
  #withMembers(context: AnswerContext, draft: Draft, state: readonly StoredEvent[]): readonly StoredEvent[] {
    const { request, to, lazyMembers } = context;
    const { own, room, timeline } = draft;
    const told = new Set([...state, ...timeline.events].filter(isMember).map((event) => event.stateKey));
    const place = request.stateAfter.length > 0 ? to.events : timeline.start;
    const isNeeded = (userId: string): boolean =>
      !told.has(userId) &&
      (request.filter.room.includeRedundantMembers || lazyMembers?.isKnown(own.roomId, userId) !== true);
    const added = [...membersOf(draft)]
      .filter(isNeeded)
      .map((userId) => room.state('m.room.member', userId))
      .filter((event) => event !== undefined)
      // One after the place that the state is of is in the timeline, or will come.
      .filter((event) => event.pos <= place);
    const complete = [...state, ...added];
    this.#remember(context, draft, complete);
    return complete;
  }

  #remember({ lazyMembers }: AnswerContext, { own, timeline }: Draft, state: readonly StoredEvent[]): void {
    if (lazyMembers === undefined) return;
    for (const event of [...state, ...timeline.events]) {
      if (isMember(event)) lazyMembers.add(own.roomId, event.stateKey ?? '');
    }
  }

  #filtered(
    { request }: AnswerContext,
    state: readonly StoredEvent[],
    { roomId }: OwnMembership,
  ): readonly StoredEvent[] {
    const filter = request.filter.room.state;
    if (!filter.matchesRoom(roomId)) return [];
    const passing = filter.isSelective ? state.filter((event) => filter.matches(asFiltered(event))) : state;
    return filter.limit === undefined ? passing : passing.slice(0, filter.limit);
  }
}

type Parts = readonly (readonly [string, string] | undefined)[];

/** Who is needed to show a room: those who speak and those who stand for its name. */
const membersOf = ({ timeline, heroes }: Draft): ReadonlySet<string> =>
  new Set([...timeline.events.map((event) => event.sender), ...heroes]);

/** The parts of a room where nothing happened. */
const quietParts = ({ request }: AnswerContext, timeline: Timeline): Parts => [
  ...stateParts(request.stateAfter, []),
  ['timeline', timelineJson({ ...timeline, events: [] })],
];
