import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import type { Aliases } from '../rooms/index.ts';
import { joinRoom, joinRoomById, knockRoom } from './endpoints/coming.ts';
import { getMutualRooms } from './endpoints/get-mutual-rooms.ts';
import { forgetRoom, getJoinedRooms, leaveRoom } from './endpoints/going.ts';
import { ban, inviteUser, kick, unban } from './endpoints/others.ts';
import type { Membership } from './service.ts';

export { GuestEviction } from './guest-eviction.ts';
export { Membership } from './service.ts';

export const membershipHandlers = (membership: Membership, aliases: Aliases) =>
  ({
    joinRoomById: joinRoomById(membership, aliases),
    joinRoom: joinRoom(membership, aliases),
    knockRoom: knockRoom(membership, aliases),
    leaveRoom: leaveRoom(membership),
    forgetRoom: forgetRoom(membership),
    getMutualRooms: getMutualRooms(membership),
    getJoinedRooms: getJoinedRooms(membership),
    inviteUser: inviteUser(membership),
    kick: kick(membership),
    ban: ban(membership),
    unban: unban(membership),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
