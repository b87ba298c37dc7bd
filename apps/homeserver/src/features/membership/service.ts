import { forbidden, MatrixError, notFound } from '@stafette/contracts';
import { serverNameOf, type JsonObject, type RoomId, type ServerName, type UserId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import type { RoomEvents, RoomView } from '../room-events/index.ts';
import { isRestricted, meetsCondition } from '../rooms/index.ts';
import { getAuthoriser } from './authoriser.ts';
import { claimedInvite } from './third-party-invite.ts';

export interface MembershipOptions {
  readonly roomEvents: RoomEvents;
  readonly serverName: ServerName;
  /** `displayname` and `avatar_url` for member events. */
  readonly profileOf: (userId: UserId) => Promise<JsonObject>;
  /** Throws M_INVITE_BLOCKED. */
  readonly assertInvitable: (userId: UserId, inviter: UserId) => Promise<void>;
  /** Throws when the user cannot leave this room of their own will. */
  readonly assertMayLeave: (room: RoomView, userId: UserId) => void;
}

/** Somebody does something to somebody in a room. */
interface MemberAction {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly target: UserId;
  readonly reason: string | undefined;
}

const because = (reason: string | undefined): JsonObject => (reason === undefined ? {} : { reason });

const isInside = (membership: string | undefined): boolean =>
  membership === 'join' || membership === 'invite' || membership === 'knock';

/** Coming into rooms and going out of them. https://spec.matrix.org/v1.19/client-server-api/#room-membership */
export class Membership {
  readonly #options: MembershipOptions;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /**
   * Joins; a member stays what they are. `own`: what they want to have in their member event, such as a reason. `signed` is
   * what an identity server signed for somebody who was offered a place.
   */
  async join(
    requester: Pick<Requester, 'userId' | 'kind'>,
    room: RoomView,
    own: JsonObject,
    signed?: JsonObject,
  ): Promise<void> {
    const { userId } = requester;
    const membership = room.membershipOf(userId);
    if (membership === 'join') return;
    if (requester.kind === 'guest' && room.state('m.room.guest_access', '')?.content['guest_access'] !== 'can_join') {
      throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'This room is not open to guests');
    }
    const profile = await this.#options.profileOf(userId);
    const invite =
      signed === undefined || membership === 'invite'
        ? undefined
        : claimedInvite(room, { userId, profile, signed }, this.#options.serverName);
    const isInvited = membership === 'invite' || invite !== undefined;
    const content = {
      ...own,
      ...profile,
      ...(isInvited ? {} : await this.#authorisation(userId, room)),
      membership: 'join',
    };
    const join = { type: 'm.room.member', stateKey: userId, sender: userId, content };
    await this.#options.roomEvents.append(room.id, invite === undefined ? [join] : [invite, join]);
  }

  async leave(userId: UserId, roomId: RoomId, reason: string | undefined): Promise<void> {
    const room = await this.#options.roomEvents.findRoom(roomId);
    const membership = room?.membershipOf(userId);
    if (room === undefined || membership === undefined) throw forbidden('You are not in this room');
    if (membership === 'leave') return;
    this.#options.assertMayLeave(room, userId);
    await this.#append(roomId, userId, userId, { ...because(reason), membership: 'leave' });
  }

  /** The way out of any room for somebody whose account has ended. */
  async depart(userId: UserId, roomId: RoomId): Promise<void> {
    await this.#append(roomId, userId, userId, { membership: 'leave' });
  }

  async invite({ roomId, sender, target, reason }: MemberAction): Promise<void> {
    if (serverNameOf(target) !== this.#options.serverName)
      throw forbidden('Users of other servers cannot be invited here');
    await this.#options.assertInvitable(target, sender);
    await this.#append(roomId, sender, target, {
      ...(await this.#options.profileOf(target)),
      ...because(reason),
      membership: 'invite',
    });
  }

  async kick(action: MemberAction): Promise<void> {
    const membership = await this.#membershipSeenBy(action);
    if (!isInside(membership)) throw forbidden('This user is not in the room');
    await this.#append(action.roomId, action.sender, action.target, { ...because(action.reason), membership: 'leave' });
  }

  async ban(action: MemberAction): Promise<void> {
    await this.#membershipSeenBy(action);
    await this.#append(action.roomId, action.sender, action.target, { ...because(action.reason), membership: 'ban' });
  }

  async unban(action: MemberAction): Promise<void> {
    if ((await this.#membershipSeenBy(action)) !== 'ban')
      throw new MatrixError(403, 'M_BAD_STATE', 'This user is not banned');
    await this.#append(action.roomId, action.sender, action.target, { ...because(action.reason), membership: 'leave' });
  }

  async knock(requester: Requester, room: RoomView, reason: string | undefined): Promise<void> {
    const { userId } = requester;
    await this.#append(room.id, userId, userId, {
      ...(await this.#options.profileOf(userId)),
      ...because(reason),
      membership: 'knock',
    });
  }

  async forget(userId: UserId, roomId: RoomId): Promise<void> {
    const record = (await this.#options.roomEvents.membershipsOf(userId)).get(roomId);
    if (record === undefined) throw notFound('You have never been in this room');
    if (record.membership !== 'leave' && record.membership !== 'ban')
      throw new MatrixError(400, 'M_UNKNOWN', 'Leave the room before you forget it');
    await this.#options.roomEvents.forget(userId, roomId);
  }

  async listJoined(userId: UserId): Promise<readonly RoomId[]> {
    const memberships = await this.#options.roomEvents.membershipsOf(userId);
    return [...memberships.values()].filter((record) => record.membership === 'join').map((record) => record.roomId);
  }

  /** The rooms that two people are in, by id. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms */
  async listMutual(userId: UserId, other: UserId): Promise<readonly RoomId[]> {
    const { roomEvents } = this.#options;
    const joined = await this.listJoined(userId);
    await roomEvents.loadRooms(joined);
    return joined.filter((roomId) => roomEvents.loadedRoom(roomId)?.membershipOf(other) === 'join').sort();
  }

  /** Who lets the user in, when the join rule asks for somebody. */
  async #authorisation(userId: UserId, room: RoomView): Promise<JsonObject> {
    if (!isRestricted(room)) return {};
    const memberships = await this.#options.roomEvents.membershipsOf(userId);
    if (!meetsCondition(room, memberships)) throw forbidden('You are in none of the rooms whose members may join');
    return { join_authorised_via_users_server: getAuthoriser(room) };
  }

  /** The target's membership, for those who are in the room; others learn nothing. */
  async #membershipSeenBy({ roomId, sender, target }: MemberAction): Promise<string | undefined> {
    const room = await this.#options.roomEvents.findRoom(roomId);
    if (room?.membershipOf(sender) !== 'join') throw forbidden('You are not in this room');
    return room.membershipOf(target);
  }

  async #append(roomId: RoomId, sender: UserId, target: UserId, content: JsonObject): Promise<void> {
    await this.#options.roomEvents.append(roomId, [{ type: 'm.room.member', stateKey: target, sender, content }]);
  }
}
