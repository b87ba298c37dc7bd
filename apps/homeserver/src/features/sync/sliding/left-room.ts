import type { Database } from '../../../database/database.ts';
import { toStrippedJson, type RoomEvents, type RoomView, type StoredEvent } from '../../room-events/index.ts';
import { objectOf } from '../core/json.ts';
import type { RoomStateReader } from '../core/room-state-reader.ts';
import type { Timelines } from '../core/timeline.ts';
import { relationsOf } from '../core/timeline-relations.ts';
import { readUntilLeft, type UntilLeft } from '../core/until-left.ts';
import type { RoomPlan } from './plan-rooms.ts';
import { NOBODY, type RoomContext, type RoomPart } from './room-context.ts';
import { commonParts, labelParts, timelineParts } from './room-fields.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly state: RoomStateReader;
}

/** Builds the part of a room that the user left or was removed from: what happened until then, and nothing after. */
export class LeftRooms {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async build(context: RoomContext, plan: RoomPlan): Promise<RoomPart | undefined> {
    const { own, config, after, told } = plan;
    const room = await this.#d.roomEvents.findRoom(own.roomId);
    if (room === undefined) return undefined;
    const { userId, dialect } = context;
    const [ownEvent] = await this.#stateAt(own.roomNid, own.pos, [['m.room.member', userId]]);
    // An invitation that is over: its room was never more than stripped state.
    if (dialect.name === 'v4' && (told?.membership === 'invite' || told?.membership === 'knock')) {
      const stripped = ownEvent === undefined ? [] : [toStrippedJson(ownEvent)];
      const json = objectOf([
        ...commonParts(context, plan),
        [dialect.strippedState, `[${stripped.join(',')}]`],
        ['bump_stamp', String(own.pos)],
      ]);
      return { json, eventIds: [], people: NOBODY };
    }
    const limit = config.timelineLimit;
    const until = await readUntilLeft(this.#d, { room, own, userId }, after, limit, (event) => context.isShown(event));
    const { timeline, reader } = until;
    const relations = await relationsOf(this.#d, [timeline], { ...context.viewer, upTo: own.pos });
    const render = (event: StoredEvent): string =>
      context.render(event, reader.membershipAt(event), relations.get(event.eventId));
    const state = until.wasJoined ? await this.#state(room, plan, until) : ownEvent === undefined ? [] : [ownEvent];
    const selected = state.filter((event) => config.selects(event.type, event.stateKey ?? '', userId));
    const json = objectOf([
      ...commonParts(context, plan),
      ...(until.wasJoined ? labelParts(state, after === undefined) : []),
      ['required_state', `[${selected.map(render).join(',')}]`],
      ...timelineParts(timeline, context.since, render),
      ['bump_stamp', String(own.pos)],
    ]);
    return { json, eventIds: [], people: NOBODY };
  }

  async #state(room: RoomView, { own }: RoomPlan, { after, timeline }: UntilLeft): Promise<readonly StoredEvent[]> {
    return after === undefined
      ? this.#stateAt(room.nid, own.pos)
      : this.#d.state.changes(room.nid, after, own.pos, timeline);
  }

  async #stateAt(...args: DropFirst<Parameters<RoomEvents['stateAt']>>): Promise<readonly StoredEvent[]> {
    return this.#d.roomEvents.stateAt(this.#d.database.reader, ...args);
  }
}

type DropFirst<List extends readonly unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;
