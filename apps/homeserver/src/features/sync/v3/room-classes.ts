import type { RoomId, UserId } from '@stafette/protocol';
import type { SyncFilter } from './filter.ts';
import type { OwnMembership } from '../core/own-membership.ts';

/** How one room appears in an answer. */
export type RoomPart =
  /** In the room. `after` undefined: the room is new to the client. */
  | { readonly kind: 'join'; readonly own: OwnMembership; readonly after: number | undefined }
  | { readonly kind: 'leave'; readonly own: OwnMembership; readonly after: number | undefined }
  | { readonly kind: 'invite' | 'knock'; readonly own: OwnMembership };

export interface ClassifiedMembership extends OwnMembership {
  readonly isForgotten: boolean;
}

interface Question {
  readonly userId: string;
  /** Position in the event stream of the client's token; undefined for a first synchronisation. */
  readonly since: number | undefined;
  readonly isFullState: boolean;
  readonly filter: SyncFilter;
  /** Whether the user wants to hear of invitations by somebody. */
  readonly showsInvite: (inviter: UserId) => Promise<boolean>;
  /** The user's membership in a room at a position. */
  readonly membershipAt: (roomNid: number, pos: number) => Promise<string>;
}

/**
 * Decides how a room appears. Undefined: not at all.
 *
 * - Joined: as new when the client did not have it, or when the user was out of it in between.
 * - Left or banned: once, when it happened; later only in a first synchronisation that asks for left rooms, and not when
 *   the room was forgotten.
 * - Invited or knocking: once, when it happened, and in a first synchronisation.
 */
export async function classifyRoom(own: ClassifiedMembership, question: Question): Promise<RoomPart | undefined> {
  const { since, filter, showsInvite } = question;
  if (!filter.room.matchesRoom(own.roomId)) return undefined;
  const isNews = since !== undefined && own.pos > since;
  // Forgotten on another device, before this one heard that the user left: it has to.
  if (own.isForgotten && !isNews) return undefined;
  switch (own.membership) {
    case 'join':
      if (since === undefined) return { kind: 'join', own, after: undefined };
      return { kind: 'join', own, after: isNews && (await isNewToClient(own, since, question)) ? undefined : since };
    case 'invite':
      return (since === undefined || isNews) && (await showsInvite(own.sender)) ? { kind: 'invite', own } : undefined;
    case 'knock':
      return since === undefined || isNews ? { kind: 'knock', own } : undefined;
    default:
      return leftRoom(own, isNews, question);
  }
}

async function isNewToClient(own: OwnMembership, since: number, { membershipAt }: Question): Promise<boolean> {
  return (
    (await membershipAt(own.roomNid, since)) !== 'join' || (await membershipAt(own.roomNid, own.pos - 1)) !== 'join'
  );
}

async function leftRoom(own: ClassifiedMembership, isNews: boolean, question: Question): Promise<RoomPart | undefined> {
  const { since, filter, userId, membershipAt } = question;
  if (since === undefined) return filter.room.includeLeave ? { kind: 'leave', own, after: undefined } : undefined;
  if (!isNews) return undefined;
  const before = await membershipAt(own.roomNid, since);
  const hadRoom = before === 'join' || before === 'invite' || before === 'knock';
  // Who joined and left between two requests has not heard of the room; who was removed by others should.
  if (!hadRoom && own.sender === userId && !filter.room.includeLeave && !question.isFullState) {
    const last = await membershipAt(own.roomNid, own.pos - 1);
    if (last !== 'join') return undefined;
  }
  return { kind: 'leave', own, after: before === 'join' ? since : undefined };
}

/** The rooms that an answer has to look at: those that changed, or all when that is not known. */
export function candidatesOf<Membership extends OwnMembership>(
  memberships: ReadonlyMap<RoomId, Membership>,
  changed: readonly (ReadonlySet<RoomId> | undefined)[],
): readonly Membership[] {
  const sets = changed.filter((set) => set !== undefined);
  if (sets.length < changed.length) return [...memberships.values()];
  const found = new Map<RoomId, Membership>();
  for (const set of sets) {
    for (const roomId of set) {
      const membership = memberships.get(roomId);
      if (membership !== undefined) found.set(roomId, membership);
    }
  }
  return [...found.values()];
}
