import type { Database } from '../../../database/database.ts';
import { readerOf, type RoomEvents, type StoredEvent } from '../../room-events/index.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { AnswerContext } from './answer-context.ts';
import { eventList, objectOf, stateParts, timelineJson } from './room-json.ts';
import type { RoomStateReader } from '../core/room-state-reader.ts';
import type { Timeline, Timelines } from '../core/timeline.ts';
import { isShownDespite, onlyVisible } from '../core/visible-timeline.ts';
import { asFiltered, limitOf } from './timeline-filter.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly state: RoomStateReader;
}

/** Builds the answer's part for a room that the user left or was removed from: what happened until then. */
export class LeftRooms {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** `after` undefined: the room is new to the client. */
  async build(
    context: AnswerContext,
    own: OwnMembership,
    after: number | undefined,
    accountData: readonly string[],
  ): Promise<string | undefined> {
    const { request } = context;
    const room = await this.#d.roomEvents.findRoom(own.roomId);
    if (room === undefined) return undefined;
    const wasJoined = (await this.#membershipBefore(own, request.userId)) === 'join';
    const filter = request.filter.room.timeline;
    const isShown = (event: StoredEvent): boolean =>
      isShownDespite(context.ignored, event) && filter.matches(asFiltered(event));
    // Somebody who never was in the room learns that they are out of it, and nothing else.
    const from = wasJoined ? after : own.pos - 1;
    const read = await this.#d.timelines.read(
      { roomNid: own.roomNid, after: from, upTo: own.pos },
      filter.matchesRoom(own.roomId) ? limitOf(filter) : 0,
      isShown,
    );
    const reader = await readerOf(this.#d.database.reader, room, request.userId, read.start);
    const timeline = onlyVisible(read, reader, own.pos);
    const render = (event: StoredEvent): string => context.render(event, reader.membershipAt(event));
    const state = wasJoined ? await this.#state(context, own, from, timeline) : [];
    const stateFilter = request.filter.room.state;
    const shownState = stateFilter.matchesRoom(own.roomId)
      ? state.filter((event) => stateFilter.matches(asFiltered(event)))
      : [];
    return objectOf([
      ...stateParts(request.stateAfter, shownState.map(render)),
      ['timeline', timelineJson({ ...timeline, events: timeline.events.map(render) })],
      ['account_data', eventList(accountData)],
    ]);
  }

  async #membershipBefore(own: OwnMembership, userId: string): Promise<string> {
    const [before] = await this.#d.roomEvents.stateAt(this.#d.database.reader, own.roomNid, own.pos - 1, [
      ['m.room.member', userId],
    ]);
    const membership = before?.content['membership'];
    return typeof membership === 'string' ? membership : 'leave';
  }

  async #state(
    context: AnswerContext,
    own: OwnMembership,
    after: number | undefined,
    timeline: Timeline,
  ): Promise<readonly StoredEvent[]> {
    const isAtEnd = context.request.stateAfter.length > 0;
    if (after === undefined) {
      const atEnd = await this.#d.roomEvents.stateAt(this.#d.database.reader, own.roomNid, own.pos);
      return isAtEnd ? atEnd : this.#d.state.before(atEnd, timeline);
    }
    const changes = await this.#d.state.changes(own.roomNid, after, own.pos, timeline);
    return isAtEnd ? changes : this.#d.state.besideTimeline(own.roomNid, after, timeline, changes);
  }
}
