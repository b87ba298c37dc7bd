import type { RoomId, UserId } from '@stafette/protocol';
import type { MembershipRecord, Memberships } from '../../room-events/index.ts';
import type { Progress } from './connections.ts';
import type { RoomConfig } from './room-config.ts';
import { toldRoom, type ToldRoom } from './told-room.ts';
import type { Windows } from './windows.ts';

/** How one room appears in an answer. */
export interface RoomPlan {
  readonly kind: 'joined' | 'outside' | 'left';
  readonly own: MembershipRecord;
  readonly config: RoomConfig;
  /** What the client was told before, if that still counts. */
  readonly told: ToldRoom | undefined;
  /** Position after which the client has not heard of the room; undefined: it is told in full. */
  readonly after: number | undefined;
  /** Something may have happened in the room. */
  readonly isChanged: boolean;
  /** Something beside the events is to be told whatever happened. */
  readonly isDue: boolean;
  /** The room leaves the list with this answer. */
  readonly isLast: boolean;
}

export interface PlanQuestion {
  readonly userId: UserId;
  readonly progress: Progress | undefined;
  readonly rooms: ReadonlyMap<RoomId, ToldRoom>;
  readonly memberships: Memberships;
  readonly windows: Windows;
  /** Rooms in which something happened since the client's position. */
  readonly changed: ReadonlySet<RoomId>;
  /** Rooms of which something beside the events changed: what is unread, or whether they are direct. */
  readonly due: ReadonlySet<RoomId>;
  /** Whether the user wants to hear of invitations by somebody. */
  showsInvite(inviter: UserId): Promise<boolean>;
  isListed(roomId: RoomId): boolean;
  membershipAt(roomNid: number, pos: number): Promise<string>;
}

export interface Plans {
  readonly toTell: readonly RoomPlan[];
  /** What becomes of rooms that are not told. */
  readonly silent: ReadonlyMap<RoomId, ToldRoom | undefined>;
  /** Rooms that the client has and that the user has no membership of: they were deleted. */
  readonly deleted: readonly RoomId[];
  /** Rooms that the request shows and that were looked at. */
  readonly shown: readonly RoomId[];
}

const isOut = (membership: string): boolean => membership === 'leave' || membership === 'ban';

/**
 * Decides which rooms an answer tells, and from where on.
 *
 * - A room that the client does not have, in full; one that it has, from where it was told.
 * - A room that left the list, once, whatever is shown; one that was deleted too.
 * - A room that changed and is not shown stays behind, and is told from there when it is shown again.
 */
export async function planRooms(question: PlanQuestion): Promise<Plans> {
  const { progress, rooms, windows, changed, due } = question;
  const toTell: RoomPlan[] = [];
  const silent = new Map<RoomId, ToldRoom | undefined>();
  const candidates = windows.candidates(progress, changed);
  const shown = [...candidates].filter((roomId) => question.memberships.get(roomId)?.isForgotten === false);
  const asked = [...shown];
  const deleted: RoomId[] = [];
  const since = progress?.positions.events ?? 0;
  for (const roomId of new Set([...changed, ...due])) {
    const told = rooms.get(roomId);
    if (told !== undefined && !isOut(told.membership) && !question.memberships.has(roomId)) {
      deleted.push(roomId);
      continue;
    }
    if (candidates.has(roomId) || told === undefined) continue;
    if (!question.isListed(roomId)) {
      const plan = departurePlan(question, roomId, told, since);
      if (plan === undefined) silent.set(roomId, undefined);
      else toTell.push(plan);
    } else if (windows.configOf(roomId) !== undefined) asked.push(roomId);
    else if (told.upTo === undefined) silent.set(roomId, { ...told, upTo: since });
  }
  const plans = await Promise.all(asked.map(async (roomId) => planShown(question, roomId, since)));
  for (const plan of plans) {
    if (plan?.isSilent === true) silent.set(plan.own.roomId, toldRoom({ ...plan.told, config: plan.config }));
    else if (plan !== undefined) toTell.push(plan);
  }
  return { toTell, silent, deleted, shown };
}

function departurePlan(
  { memberships }: PlanQuestion,
  roomId: RoomId,
  told: ToldRoom,
  since: number,
): RoomPlan | undefined {
  const own = memberships.get(roomId);
  if (own === undefined || isOut(told.membership)) return undefined;
  return {
    kind: 'left',
    own,
    config: told.config,
    told,
    after: told.upTo ?? since,
    isChanged: true,
    isDue: false,
    isLast: true,
  };
}

/** Undefined when there is nothing to say of a room that is shown; silent when only what is asked for became less. */
async function planShown(
  question: PlanQuestion,
  roomId: RoomId,
  since: number,
): Promise<
  | (RoomPlan & { readonly isSilent?: false })
  | (RoomPlan & { readonly isSilent: true; readonly told: ToldRoom })
  | undefined
> {
  const { memberships, rooms, windows, changed, due } = question;
  const own = memberships.get(roomId);
  const config = windows.configOf(roomId);
  if (own === undefined || config === undefined) return undefined;
  const known = rooms.get(roomId);
  const from = known?.upTo ?? since;
  const isMoved = known === undefined || own.pos > from;
  if (own.membership === 'join') {
    const isNew =
      known?.membership !== 'join' || (isMoved && (await question.membershipAt(own.roomNid, own.pos - 1)) !== 'join');
    const told = isNew ? undefined : known;
    const isChanged = isNew || isMoved || changed.has(roomId) || known.upTo !== undefined;
    const isDue = due.has(roomId);
    const after = isNew ? undefined : from;
    const plan = { kind: 'joined', own, config, told, after, isChanged, isDue, isLast: false } as const;
    if (told === undefined || isChanged || isDue) return plan;
    if (config.key === told.config.key) return undefined;
    const isMore = config.timelineLimit > told.config.timelineLimit || config.asksForMoreStateThan(told.config);
    return isMore ? plan : { ...plan, told, isSilent: true };
  }
  const isSame = known !== undefined && !isMoved && known.membership === own.membership;
  if (isSame || (own.membership === 'invite' && !(await question.showsInvite(own.sender)))) return undefined;
  if (!isOut(own.membership))
    return {
      kind: 'outside',
      own,
      config,
      told: undefined,
      after: undefined,
      isChanged: true,
      isDue: false,
      isLast: false,
    };
  const after = known === undefined ? undefined : from;
  return { kind: 'left', own, config, told: known, after, isChanged: true, isDue: false, isLast: false };
}
