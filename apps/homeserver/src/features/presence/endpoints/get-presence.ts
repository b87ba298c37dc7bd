import { type clientServer, forbidden, invalidParam } from '@stafette/contracts';
import { parseUserId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Presence } from '../service.ts';

/** Whether two people are in a room together. */
export type SharesRoom = (viewer: UserId, other: UserId) => Promise<boolean>;

/**
 * Where presence is switched off everybody is `offline`, which the specification has for whoever is "explicitly suppressing
 * their profile information from being sent": clients show nothing, where an error would be one more thing to explain.
 */
export const getPresence =
  (presence: Presence | undefined, sharesRoom: SharesRoom): Handler<typeof clientServer.getPresence> =>
  async ({ params, requester }) => {
    const userId = parseUserId(params.userId);
    if (userId === undefined) throw invalidParam('userId is not a user id');
    if (userId !== requester.userId && !(await sharesRoom(requester.userId, userId)))
      throw forbidden('You share no room with this user');
    return presence?.get(userId) ?? { presence: 'offline' };
  };
