import type { Database } from '../../../database/database.ts';
import type { RoomEvents, RoomView, StoredEvent } from '../../room-events/index.ts';
import type { Heroes } from '../core/heroes.ts';
import { objectOf, totalUnread, type Part } from '../core/json.ts';
import type { RoomStateReader } from '../core/room-state-reader.ts';
import type { Timeline, Timelines } from '../core/timeline.ts';
import { relationsOf } from '../core/timeline-relations.ts';
import { ALL_ALONG, readerOfTimeline } from '../core/visible-timeline.ts';
import type { RoomPlan } from './plan-rooms.ts';
import type { RoomConfig } from './room-config.ts';
import { NOBODY, type RoomContext, type RoomPart } from './room-context.ts';
import { commonParts, labelParts, memberParts, timelineParts } from './room-fields.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly state: RoomStateReader;
  readonly heroes: Heroes;
}

const MEMBER = 'm.room.member';
const isMember = (event: StoredEvent): boolean => event.type === MEMBER;
const keyOf = (event: StoredEvent): string => `${event.type}\0${event.stateKey ?? ''}`;

/** A room's part of an answer while it is made. */
interface Draft {
  readonly plan: RoomPlan;
  readonly room: RoomView;
  /** What the client is shown. */
  readonly timeline: Timeline;
  /** The last change of each piece of state since the client heard of the room; empty when it is told in full. */
  readonly changes: readonly StoredEvent[];
  /** Something happened that the client is not shown. */
  readonly hasGap: boolean;
}

/** Builds the part of a room that the user is in. */
export class JoinedRooms {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * 1. The timeline since the client heard of the room; the newest events when it asks for more than before.
   * 2. Of the state what changed and is asked for, and what is asked for since now.
   * 3. Of members, when they are loaded lazily, those whom the client needs and does not know.
   * 4. Names, counts and what else the client would otherwise have to work out.
   *
   * Undefined when nothing of it is news.
   */
  async build(context: RoomContext, plan: RoomPlan): Promise<RoomPart | undefined> {
    const room = await this.#d.roomEvents.findRoom(plan.own.roomId);
    if (room === undefined) return undefined;
    const { own, config, told, after } = plan;
    const isInitial = after === undefined;
    const since = isInitial ? undefined : await this.#newsOf(context, plan, after);
    const isExpanded = told !== undefined && config.timelineLimit > told.config.timelineLimit;
    const read = since === undefined || isExpanded ? await this.#newest(context, plan) : since;
    const reader =
      context.readers.get(room.nid) ??
      (await readerOfTimeline(this.#d.database.reader, room, context.userId, own, read));
    const timeline = await this.#d.timelines.visible(read, {
      interval: { roomNid: room.nid, after: read === since ? after : undefined, upTo: context.to.events },
      limit: config.timelineLimit,
      isShown: (event) => context.isShown(event),
      room,
      reader,
    });
    const changes =
      since === undefined || isInitial ? [] : await this.#d.state.changes(room.nid, after, context.to.events, since);
    const draft: Draft = { plan, room, timeline, changes, hasGap: since?.isLimited === true };
    const state = await this.#state(context, draft);
    const fields = this.#fields(context, draft);
    const hasTimeline = isInitial || isExpanded || timeline.events.length > 0 || timeline.isLimited;
    const bumpStamp = context.bumpStamps.get(room.nid) ?? 0;
    // What is not shown, as a message of somebody ignored, moves the room in everybody's list.
    const isMoved = after !== undefined && bumpStamp > after;
    if (!hasTimeline && !isMoved && !plan.isDue && state.length === 0 && fields.length === 0) return undefined;
    const relations =
      context.timelines.get(room.nid)?.events === timeline.events
        ? context.relations
        : await relationsOf(this.#d, [timeline], context.viewer);
    const render = (event: StoredEvent): string => context.render(event, reader.membershipAt(event));
    const renderState = reader === ALL_ALONG ? (event: StoredEvent) => context.render(event) : render;
    const json = objectOf([
      ...commonParts(context, plan),
      isExpanded ? [context.dialect.expandedTimeline, 'true'] : undefined,
      ...fields,
      ...(context.dialect.hasCounts ? unreadParts(context, plan) : []),
      state.length > 0 ? ['required_state', `[${state.map(renderState).join(',')}]`] : undefined,
      ...(hasTimeline
        ? timelineParts(timeline, context.since, (event) =>
            context.render(event, reader.membershipAt(event), relations.get(event.eventId)),
          )
        : []),
      ['bump_stamp', String(bumpStamp)],
    ]);
    const heroes = isInitial ? this.#d.heroes.of(room, context.userId) : undefined;
    return {
      json,
      eventIds: timeline.events.map((event) => event.eventId),
      people: context.wantsProfiles ? peopleOf(timeline.events, state, heroes) : NOBODY,
    };
  }

  async #newsOf(context: RoomContext, { own, config, isChanged }: RoomPlan, after: number): Promise<Timeline> {
    const upTo = context.to.events;
    if (!isChanged) return { events: [], isLimited: false, start: upTo, all: [] };
    return this.#d.timelines.read({ roomNid: own.roomNid, after, upTo }, config.timelineLimit, (event) =>
      context.isShown(event),
    );
  }

  async #newest(context: RoomContext, { own, config }: RoomPlan): Promise<Timeline> {
    const interval = { roomNid: own.roomNid, after: undefined, upTo: context.to.events };
    return (
      context.timelines.get(own.roomNid) ??
      (await this.#d.timelines.read(interval, config.timelineLimit, (event) => context.isShown(event)))
    );
  }

  async #state(context: RoomContext, draft: Draft): Promise<readonly StoredEvent[]> {
    const { plan, room, changes } = draft;
    const { config, told, after } = plan;
    const state = new Map<string, StoredEvent>();
    // Without lazy members their changes went by.
    if (told?.config.isLazy !== true) context.lazyMembers.forgetRoom(room.id);
    if (after === undefined) {
      for (const event of await this.#selected(context, room, config)) state.set(keyOf(event), event);
    } else {
      for (const event of changes) if (isWanted(context, draft, event)) state.set(keyOf(event), event);
      if (told !== undefined && config.asksForMoreStateThan(told.config))
        for (const event of await this.#selected(context, room, config))
          if (!told.config.selects(event.type, event.stateKey ?? '', context.userId)) state.set(keyOf(event), event);
    }
    if (config.isLazy) {
      for (const event of neededMembers(context, draft)) state.set(keyOf(event), event);
      for (const event of state.values()) if (isMember(event)) context.lazyMembers.add(room.id, event.stateKey ?? '');
    }
    return [...state.values()];
  }

  async #selected({ userId, to }: RoomContext, room: RoomView, config: RoomConfig): Promise<readonly StoredEvent[]> {
    const members = config.hasAllMembers ? undefined : new Set(config.namedMembers(userId));
    const state = await this.#d.state.at(room, to.events, members);
    return state.filter((event) => config.selects(event.type, event.stateKey ?? '', userId));
  }

  /** What of the room is told beside events, as far as it may have changed. */
  #fields(context: RoomContext, { plan, room, changes }: Draft): readonly Part[] {
    const { own, after, told } = plan;
    const isInitial = after === undefined;
    const labels = isInitial
      ? [room.state('m.room.name', ''), room.state('m.room.avatar', '')].filter((event) => event !== undefined)
      : changes;
    const hasNewMembers = isInitial || changes.some((event) => isMember(event) || NAMING.has(event.type));
    const isDm = context.direct.has(own.roomId);
    const mayDiffer = isInitial ? isDm : told?.upTo !== undefined || isDm !== context.toldDirect.has(own.roomId);
    const parts: readonly (Part | undefined)[] = [
      ...labelParts(labels, isInitial),
      ...(hasNewMembers ? memberParts(room, this.#d.heroes.of(room, context.userId)) : []),
      mayDiffer ? ['is_dm', String(isDm)] : undefined,
    ];
    return parts.filter((part) => part !== undefined);
  }
}

function peopleOf(
  timeline: readonly StoredEvent[],
  state: readonly StoredEvent[],
  heroes: readonly string[] = [],
): ReadonlySet<string> {
  const members = [...timeline, ...state].filter(isMember).map((event) => event.stateKey ?? '');
  return new Set([...timeline.map((event) => event.sender), ...members, ...heroes]);
}

/** State that decides whether a room has a name. */
const NAMING: ReadonlySet<string> = new Set(['m.room.name', 'm.room.canonical_alias']);

/**
 * Whether a change of state is told. Of members that are loaded lazily all are while nothing is left out, so that the
 * client can keep its list; over a gap those that it was told before.
 */
function isWanted({ userId, lazyMembers }: RoomContext, { plan, hasGap }: Draft, event: StoredEvent): boolean {
  const { config, own } = plan;
  const stateKey = event.stateKey ?? '';
  if (config.selects(event.type, stateKey, userId)) return true;
  return config.isLazy && isMember(event) && (!hasGap || lazyMembers.isKnown(own.roomId, stateKey));
}

/** Member events of those who speak or are spoken of in the timeline, as far as the client does not have them. */
function neededMembers({ lazyMembers, to }: RoomContext, { room, timeline }: Draft): readonly StoredEvent[] {
  const needed = new Set<string>(timeline.events.map((event) => event.sender));
  for (const event of timeline.events) if (isMember(event)) needed.add(event.stateKey ?? '');
  return (
    [...needed]
      .filter((userId) => !lazyMembers.isKnown(room.id, userId))
      .map((userId) => room.state(MEMBER, userId))
      .filter((event) => event !== undefined)
      // A later one comes with a later answer.
      .filter((event) => event.pos <= to.events)
  );
}

function unreadParts({ unread }: RoomContext, { own }: RoomPlan): readonly Part[] {
  const ofRoom = unread.get(own.roomId);
  if (ofRoom === undefined) return [];
  const { notificationCount, highlightCount } = totalUnread(ofRoom);
  return [
    ['notification_count', String(notificationCount)],
    ['highlight_count', String(highlightCount)],
  ];
}
