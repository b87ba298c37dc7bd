import type { Database } from '../../../database/database.ts';
import type { RoomEvents, StoredEvent } from '../../room-events/index.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { RoomStateReader } from '../core/room-state-reader.ts';
import type { Timeline, Timelines } from '../core/timeline.ts';
import { relationsOf } from '../core/timeline-relations.ts';
import { readUntilLeft } from '../core/until-left.ts';
import { isShownDespite } from '../core/visible-timeline.ts';
import type { AnswerContext } from './answer-context.ts';
import { eventList, objectOf } from '../core/json.ts';
import { stateParts, timelineJson } from './room-json.ts';
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
    const { userId } = request;
    const room = await this.#d.roomEvents.findRoom(own.roomId);
    if (room === undefined) return undefined;
    const filter = request.filter.room.timeline;
    const limit = filter.matchesRoom(own.roomId) ? limitOf(filter) : 0;
    const isShown = (event: StoredEvent): boolean =>
      isShownDespite(context.ignored, event) && filter.matches(asFiltered(event));
    const until = await readUntilLeft(this.#d, { room, own, userId }, after, limit, isShown);
    const { timeline, reader } = until;
    const relations = await relationsOf(this.#d, [timeline], { ...context.viewer, upTo: own.pos }, !filter.isSelective);
    const render = (event: StoredEvent): string =>
      context.render(event, reader.membershipAt(event), relations.get(event.eventId));
    const state = until.wasJoined ? await this.#state(context, own, until.after, timeline) : [];
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
