import { setImmediate } from 'node:timers/promises';
import type { RoomId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import { sessionKeyOf, toClientJson, type BundleViewer } from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { chunksOf } from '../core/chunks-of.ts';
import { objectOf, type Part } from '../core/json.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import { membershipAt } from '../core/membership-at.ts';
import type { SyncCore } from '../core/sync-core.ts';
import type { Timeline } from '../core/timeline.ts';
import { relationsOf } from '../core/timeline-relations.ts';
import { isShownDespite, readersOfTimelines } from '../core/visible-timeline.ts';
import { changedRooms } from './changed-rooms.ts';
import type { Connection, Progress, Step } from './connections.ts';
import { JoinedRooms } from './joined-room.ts';
import { LeftRooms } from './left-room.ts';
import { outsideRoom } from './outside-room.ts';
import { PersonalExtensions, type PersonalNews } from './personal-extensions.ts';
import { planRooms, type Plans, type RoomPlan } from './plan-rooms.ts';
import type { RoomContext, RoomPart } from './room-context.ts';
import { RoomExtensions, type RoomTexts } from './room-extensions.ts';
import type { SlidingRequest } from './sliding-request.ts';
import { NO_EXTENSIONS, toldRoom, type ToldRoom } from './told-room.ts';
import type { UserRooms } from './user-rooms.ts';
import { Windows } from './windows.ts';

export interface Answer {
  /** The answer's members but for `pos`, which is known when the answer is given. */
  readonly parts: readonly Part[];
  readonly step: Step;
  readonly to: SyncPositions;
  /** Nothing is new: a request that may wait does. */
  readonly isEmpty: boolean;
  /** To be finished when the answer is given. */
  readonly lazyMembers: LazyMemberSession;
}

/** Rooms that are built before the event loop gets its turn. */
const ROOMS_PER_TURN = 50;

/** Everything that is looked at for the rooms of one answer. */
interface RoomsAnswer {
  readonly to: SyncPositions;
  readonly windows: Windows;
  readonly direct: ReadonlySet<RoomId>;
  readonly told: ReadonlyMap<RoomId, ToldRoom | undefined>;
  readonly parts: ReadonlyMap<RoomId, RoomPart>;
  readonly receipts: RoomTexts;
  readonly typing: RoomTexts;
  readonly accountData: RoomTexts;
}

/**
 * Makes one answer of sliding sync.
 *
 * 1. Read the user's own data, if there was news of it.
 * 2. Bring the user's rooms up to date; this is the moment at which the answer ends.
 * 3. Decide which rooms are told, and from where on.
 * 4. Read timelines and counts for all of them together, and build each room's part.
 * 5. Read what extensions tell of the rooms.
 * 6. Put the parts together, with what the client will know when it has them.
 */
export class AnswerBuilder {
  readonly #core: SyncCore;
  readonly #personal: PersonalExtensions;
  readonly #extensions: RoomExtensions;
  readonly #joinedRooms: JoinedRooms;
  readonly #leftRooms: LeftRooms;

  constructor(core: SyncCore) {
    this.#core = core;
    this.#personal = new PersonalExtensions(core);
    this.#extensions = new RoomExtensions(core);
    this.#joinedRooms = new JoinedRooms(core);
    this.#leftRooms = new LeftRooms(core);
  }

  async build(
    request: SlidingRequest,
    connection: Connection,
    active: ActiveUser,
    rooms: UserRooms,
    lazyMembers: LazyMemberSession,
  ): Promise<Answer> {
    const { progress } = connection;
    const now = this.#core.news.positions();
    const personal = await this.#personal.read(request, progress, active, now);
    const told = await this.#buildRooms(request, connection, active, rooms, lazyMembers, personal);
    const here = { ...told.to, threadSubscriptions: now.threadSubscriptions };
    const [toDevice, deviceLists, threads] = await Promise.all([
      this.#personal.toDevice(request),
      request.wantsDeviceLists ? this.#personal.deviceLists(request, progress, active, here) : undefined,
      this.#personal.threads(request, progress, here),
    ]);
    const to = toDevice === undefined ? here : { ...here, toDevice: toDevice.upTo };
    const { globalAccountData: global } = personal;
    const accountData = global === undefined ? undefined : accountDataJson(global, told.accountData);
    const extensions: readonly (Part | undefined)[] = [
      toDevice && ['to_device', toDevice.json],
      deviceLists && ['e2ee', deviceLists.json],
      accountData === undefined ? undefined : ['account_data', accountData],
      roomsPart('receipts', told.receipts),
      roomsPart('typing', told.typing),
      threads && [request.threadSubscriptions?.name ?? '', threads.json],
    ];
    const step: Step = {
      positions: to,
      shape: request.shape,
      versions: told.windows.versions(),
      direct: told.direct,
      hasAccountData: global !== undefined,
      hasThreads: request.threadSubscriptions !== undefined,
      rooms: told.told,
    };
    return {
      step,
      to,
      lazyMembers,
      parts: [
        ['lists', JSON.stringify(Object.fromEntries(told.windows.counts().map(([name, count]) => [name, { count }])))],
        ['rooms', objectOf([...told.parts].map(([roomId, { json }]) => [roomId, json] as const))],
        ['extensions', objectOf(extensions)],
      ],
      isEmpty:
        told.parts.size + told.receipts.size + told.typing.size + told.accountData.size === 0 &&
        (global ?? []).length === 0 &&
        toDevice?.isEmpty !== false &&
        deviceLists?.isEmpty !== false &&
        threads === undefined,
    };
  }

  async #buildRooms(
    request: SlidingRequest,
    { progress, rooms: before }: Connection,
    active: ActiveUser,
    rooms: UserRooms,
    lazyMembers: LazyMemberSession,
    personal: PersonalNews,
  ): Promise<RoomsAnswer> {
    const { userId, dialect, shape } = request;
    const since = progress?.positions;
    const earlier = await changedRooms(this.#core, userId, since, active, before);
    const ignored = await this.#core.ignoredBy(userId);
    const moment = await rooms.bringUpToDate(shape.lists.map((list) => list.filter));
    // No await from the moment to the positions: they are of one.
    const { receipts, typing } = this.#core.news.positions();
    const to: SyncPositions = { ...personal.to, events: moment.at, receipts, typing };
    const windows = new Windows(shape, rooms);
    const { direct } = moment.labels;
    const plans = await planRooms({
      userId,
      progress,
      rooms: before,
      memberships: moment.memberships,
      windows,
      changed: earlier.until(active),
      due: dueRooms(request, progress, active, direct, personal, windows),
      showsInvite: async (inviter) => (await this.#core.invitePermission(userId, inviter)) === 'allow',
      isListed: (roomId) => rooms.has(roomId),
      membershipAt: async (roomNid, pos) => membershipAt(this.#core, userId, roomNid, pos),
    });
    const viewer = {
      userId,
      nowMs: this.#core.clock.nowMs(),
      sessionKey: sessionKeyOf(request),
      upTo: to.events,
      ignored,
    };
    const context: RoomContext = {
      userId,
      dialect,
      to,
      since: since?.events,
      windows,
      direct,
      toldDirect: progress?.direct ?? new Set(),
      lazyMembers,
      ...(await this.#readTogether(plans, request, to, viewer)),
      viewer,
      isShown: (event) => isShownDespite(ignored, event),
      render: (event, membership, relations) => toClientJson(event, { ...viewer, membership }, relations),
    };
    const parts = await this.#buildParts(plans.toTell, context);
    const told = new Map(plans.silent);
    for (const { own, config, told: known, isLast } of plans.toTell) {
      const extensions = known?.extensions ?? NO_EXTENSIONS;
      const { membership, roomId } = own;
      told.set(roomId, isLast ? undefined : toldRoom({ config, membership, upTo: undefined, extensions }));
    }
    const question = {
      userId,
      active,
      progress,
      to,
      windows,
      memberships: moment.memberships,
      shown: plans.shown,
      told: {
        get: (roomId: RoomId) => (told.has(roomId) ? told.get(roomId) : before.get(roomId)),
        set: (roomId: RoomId, room: ToldRoom) => told.set(roomId, toldRoom(room)),
      },
      before,
      eventIds: new Map([...parts].map(([roomId, { eventIds }]) => [roomId, eventIds])),
      roomAccountData: personal.roomAccountData,
    };
    return {
      to,
      windows,
      direct,
      told,
      parts,
      receipts: shape.scopes.receipts === undefined ? NOTHING : await this.#extensions.receipts(question),
      typing: shape.scopes.typing === undefined ? NOTHING : this.#extensions.typing(question),
      accountData: shape.scopes.accountData === undefined ? NOTHING : await this.#extensions.accountData(question),
    };
  }

  /** What is read for all rooms at once. */
  async #readTogether(
    { toTell }: Plans,
    { userId, dialect }: SlidingRequest,
    to: SyncPositions,
    viewer: BundleViewer,
  ): Promise<Pick<RoomContext, 'timelines' | 'relations' | 'readers' | 'unread' | 'bumpStamps'>> {
    const joined = toTell.filter((plan) => plan.kind === 'joined');
    const owns = joined.map((plan) => plan.own);
    await this.#core.roomEvents.loadRooms(owns.map((own) => own.roomId));
    const [timelines, unread, bumpStamps] = await Promise.all([
      // Whoever ignores people is shown what is left of more than the newest events: room by room.
      viewer.ignored.size > 0 ? new Map<number, Timeline>() : this.#readTimelines(joined, to),
      dialect.hasCounts ? this.#core.unread.counts(userId, owns) : new Map(),
      this.#core.bumpStamps.of(owns.map((own) => own.roomNid)),
    ]);
    const [relations, readers] = await Promise.all([
      relationsOf(this.#core, timelines.values(), viewer),
      readersOfTimelines(this.#core, userId, owns, timelines),
    ]);
    return { timelines, relations, readers, unread, bumpStamps };
  }

  async #readTimelines(joined: readonly RoomPlan[], to: SyncPositions): Promise<ReadonlyMap<number, Timeline>> {
    const full = joined.filter(
      ({ after, told, config }) => after === undefined || config.timelineLimit > (told?.config.timelineLimit ?? 0),
    );
    const byLimit = Map.groupBy(full, (plan) => plan.config.timelineLimit);
    const read = await Promise.all(
      [...byLimit].map(async ([limit, plans]) =>
        this.#core.timelines.newest(
          plans.map((plan) => plan.own.roomNid),
          to.events,
          limit,
          () => true,
        ),
      ),
    );
    return new Map(read.flatMap((timelines) => [...timelines]));
  }

  async #buildParts(plans: readonly RoomPlan[], context: RoomContext): Promise<ReadonlyMap<RoomId, RoomPart>> {
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

const NOTHING: RoomTexts = new Map();

/** Rooms of which something beside the events is to be told: what is unread, and whether they are direct. */
function dueRooms(
  { dialect }: SlidingRequest,
  progress: Progress | undefined,
  active: ActiveUser,
  direct: ReadonlySet<RoomId>,
  { havePushRulesChanged }: PersonalNews,
  windows: Windows,
): ReadonlySet<RoomId> {
  if (progress === undefined) return new Set();
  const moved = direct === progress.direct ? [] : differenceOf(direct, progress.direct);
  if (!dialect.hasCounts) return new Set(moved);
  const read = havePushRulesChanged ? undefined : active.reads.since(progress.positions.receipts);
  return new Set([...moved, ...(read ?? windows.all())]);
}

const differenceOf = (one: ReadonlySet<RoomId>, other: ReadonlySet<RoomId>): readonly RoomId[] => [
  ...[...one].filter((roomId) => !other.has(roomId)),
  ...[...other].filter((roomId) => !one.has(roomId)),
];

const roomsPart = (name: string, rooms: RoomTexts): Part | undefined =>
  rooms.size === 0 ? undefined : [name, objectOf([['rooms', objectOf([...rooms])]])];

const accountDataJson = (global: readonly string[], rooms: RoomTexts): string =>
  objectOf([
    ['global', `[${global.join(',')}]`],
    ['rooms', objectOf([...rooms])],
  ]);
