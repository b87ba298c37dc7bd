import type { RoomId, UserId } from '@stafette/protocol';
import type { Log } from '../../platform/log.ts';
import type { AccountData } from '../account-data/index.ts';
import type { Membership } from '../membership/index.ts';
import type { Profiles } from '../profiles/index.ts';
import type { RoomEvents } from '../room-events/index.ts';

interface Dependencies {
  readonly roomEvents: Pick<RoomEvents, 'membershipsOf'>;
  readonly membership: Membership;
  readonly profiles: Profiles;
  readonly accountData: AccountData;
  readonly log: Log;
}

const ROOMS_AT_ONCE = 32;

/**
 * What happens when an account has ended:
 *
 * 1. Its person leaves all rooms, and declines what they were invited to.
 * 2. Profile and account data go.
 */
export const createDeparture =
  ({ roomEvents, membership, profiles, accountData, log }: Dependencies) =>
  async (userId: UserId): Promise<void> => {
    const leave = async (roomId: RoomId): Promise<void> => {
      try {
        await membership.depart(userId, roomId);
      } catch (error) {
        log.warn({ err: error, roomId }, 'an ended account could not leave a room');
      }
    };
    const rooms = [...(await roomEvents.membershipsOf(userId)).values()]
      .filter(({ membership: state }) => state === 'join' || state === 'invite' || state === 'knock')
      .map(({ roomId }) => roomId);
    for (let at = 0; at < rooms.length; at += ROOMS_AT_ONCE)
      await Promise.all(rooms.slice(at, at + ROOMS_AT_ONCE).map(leave));
    await profiles.erase(userId);
    await accountData.erase(userId);
  };
