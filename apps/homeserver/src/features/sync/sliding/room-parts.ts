import { setImmediate } from 'node:timers/promises';
import type { RoomId } from '@stafette/protocol';
import { chunksOf } from '../core/chunks-of.ts';
import type { SyncCore } from '../core/sync-core.ts';
import type { Timeline } from '../core/timeline.ts';
import { relationsOf } from '../core/timeline-relations.ts';
import { readersOfTimelines } from '../core/visible-timeline.ts';
import { JoinedRooms } from './joined-room.ts';
import { LeftRooms } from './left-room.ts';
import { outsideRoom } from './outside-room.ts';
import type { RoomPlan } from './plan-rooms.ts';
import type { ReadTogether, RoomContext, RoomPart } from './room-context.ts';

/** Rooms that are built before the event loop gets its turn. */
const ROOMS_PER_TURN = 50;

/** Builds the parts of the rooms of an answer: reads for all of them together what it can, then each by itself. */
export class RoomParts {
  readonly #core: SyncCore;
  readonly #joinedRooms: JoinedRooms;
  readonly #leftRooms: LeftRooms;

  constructor(core: SyncCore) {
    this.#core = core;
    this.#joinedRooms = new JoinedRooms(core);
    this.#leftRooms = new LeftRooms(core);
  }

  /** Rooms without news have no part. */
  async build(
    plans: readonly RoomPlan[],
    shared: Omit<RoomContext, keyof ReadTogether>,
  ): Promise<ReadonlyMap<RoomId, RoomPart>> {
    const context: RoomContext = { ...shared, ...(await this.#readTogether(plans, shared)) };
    const parts = new Map<RoomId, RoomPart>();
    const build = async (plan: RoomPlan): Promise<void> => {
      const part = await this.#buildPart(plan, context);
      if (part !== undefined) parts.set(plan.own.roomId, part);
    };
    for (const chunk of chunksOf(plans, ROOMS_PER_TURN)) {
      await Promise.all(chunk.map(build));
      // Hundreds of rooms are not to keep others waiting.
      if (plans.length > ROOMS_PER_TURN) await setImmediate();
    }
    return parts;
  }

  async #readTogether(
    plans: readonly RoomPlan[],
    { userId, dialect, to, viewer }: Omit<RoomContext, keyof ReadTogether>,
  ): Promise<ReadTogether> {
    const joined = plans.filter((plan) => plan.kind === 'joined');
    const owns = joined.map((plan) => plan.own);
    await this.#core.roomEvents.loadRooms(owns.map((own) => own.roomId));
    const [timelines, unread, bumpStamps] = await Promise.all([
      // Whoever ignores people is shown what is left of more than the newest events: room by room.
      viewer.ignored.size > 0 ? new Map<number, Timeline>() : this.#readTimelines(joined, to.events),
      dialect.hasCounts ? this.#core.unread.counts(userId, owns) : new Map(),
      this.#core.bumpStamps.of(owns.map((own) => own.roomNid)),
    ]);
    const [relations, readers] = await Promise.all([
      relationsOf(this.#core, timelines.values(), viewer),
      readersOfTimelines(this.#core, userId, owns, timelines),
    ]);
    return { timelines, relations, readers, unread, bumpStamps };
  }

  async #readTimelines(joined: readonly RoomPlan[], upTo: number): Promise<ReadonlyMap<number, Timeline>> {
    const full = joined.filter(
      ({ after, told, config }) => after === undefined || config.timelineLimit > (told?.config.timelineLimit ?? 0),
    );
    const byLimit = Map.groupBy(full, (plan) => plan.config.timelineLimit);
    const read = await Promise.all(
      [...byLimit].map(async ([limit, plans]) =>
        this.#core.timelines.newest(
          plans.map((plan) => plan.own.roomNid),
          upTo,
          limit,
          () => true,
        ),
      ),
    );
    return new Map(read.flatMap((timelines) => [...timelines]));
  }

  async #buildPart(plan: RoomPlan, context: RoomContext): Promise<RoomPart | undefined> {
    switch (plan.kind) {
      case 'joined':
        return this.#joinedRooms.build(context, plan);
      case 'outside':
        return outsideRoom(this.#core, context, plan);
      case 'left':
        return this.#leftRooms.build(context, plan);
    }
  }
}
