import type { RoomId, UserId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import { sessionKeyOf, toClientJson } from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import { membershipAt } from '../core/membership-at.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { isShownDespite } from '../core/visible-timeline.ts';
import { changedRooms } from './changed-rooms.ts';
import type { Connection, Progress } from './connections.ts';
import { deletedRooms } from './deleted-rooms.ts';
import type { PersonalNews } from './personal-extensions.ts';
import { planRooms } from './plan-rooms.ts';
import type { RoomPart } from './room-context.ts';
import { RoomExtensions, type RoomTexts } from './room-extensions.ts';
import { RoomParts } from './room-parts.ts';
import type { SlidingRequest } from './sliding-request.ts';
import { NO_EXTENSIONS, toldRoom, type ToldRoom } from './told-room.ts';
import type { UserRooms } from './user-rooms.ts';
import { Windows } from './windows.ts';

/** What one answer says of the rooms, and what is noted of it. */
export interface AnsweredRooms {
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
 * What one answer says of the user's rooms.
 *
 * 1. Bring the user's rooms up to date; this is the moment at which the answer ends.
 * 2. Decide which rooms are told, and from where on.
 * 3. Build each room's part.
 * 4. Read what extensions tell of the rooms.
 */
export class AnswerRooms {
  readonly #core: SyncCore;
  readonly #extensions: RoomExtensions;
  readonly #parts: RoomParts;

  constructor(core: SyncCore) {
    this.#core = core;
    this.#extensions = new RoomExtensions(core);
    this.#parts = new RoomParts(core);
  }

  async build(
    request: SlidingRequest,
    { progress, rooms: before }: Connection,
    active: ActiveUser,
    rooms: UserRooms,
    lazyMembers: LazyMemberSession,
    personal: PersonalNews,
  ): Promise<AnsweredRooms> {
    const { userId, dialect, shape } = request;
    const since = progress?.positions;
    const earlier = await changedRooms(this.#core, userId, since, active, before);
    const ignored = await this.#core.ignoredBy(userId);
    const moment = await rooms.bringUpToDate(shape.lists.map((list) => list.filter));
    // No await from the moment to the positions: they are of one.
    const { receipts, typing } = this.#core.news.positions();
    const to: SyncPositions = { ...personal.to, events: moment.at, receipts, typing };
    const windows = new Windows(shape, rooms, moment.memberships);
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
      isErased: (sender: UserId) => this.#core.roomEvents.isErased(sender),
    };
    const built = await this.#parts.build(plans.toTell, {
      userId,
      dialect,
      to,
      since: since?.events,
      windows,
      direct,
      toldDirect: progress?.direct ?? new Set(),
      lazyMembers,
      viewer,
      wantsProfiles: request.profiles !== undefined,
      isShown: (event) => isShownDespite(ignored, event),
      render: (event, membership, relations) => toClientJson(event, { ...viewer, membership }, relations),
    });
    const deleted = await deletedRooms(this.#core, userId, plans.deleted, to.events);
    const parts = new Map([...built, ...deleted]);
    const told = new Map([...plans.silent, ...plans.deleted.map((roomId) => [roomId, undefined] as const)]);
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
