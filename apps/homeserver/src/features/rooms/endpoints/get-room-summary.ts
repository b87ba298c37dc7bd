import { notFound, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { isKnowable, type Aliases } from '../aliases.ts';
import { summariseRoom } from '../room-summary.ts';

export const getRoomSummary =
  (aliases: Aliases): Handler<typeof clientServer.getRoomSummary> =>
  async ({ params, requester }) => {
    const room = await aliases.resolve(requester?.userId, params.roomIdOrAlias);
    // A closed room looks like none.
    if (!isKnowable(room, requester?.userId)) throw notFound('There is no such room');
    const membership = requester === undefined ? undefined : room.membershipOf(requester.userId);
    return { ...summariseRoom(room), ...(membership === undefined ? {} : { membership }) };
  };
