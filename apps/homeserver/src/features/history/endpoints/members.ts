import { forbidden, type clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { membershipIn } from '../../room-events/index.ts';
import { readPlace } from '../places.ts';
import { openRoom, presentState, readableState, type HistoryOptions } from '../room-access.ts';

export const getMembersByRoom =
  (options: HistoryOptions): Handler<typeof clientServer.getMembersByRoom> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const at = query.at === undefined ? undefined : Math.min(readPlace('at', query.at), access.upTo);
    const isPast = at !== undefined && at < access.room.lastPos;
    const state = isPast
      ? await options.roomEvents.stateAt(options.database.reader, access.room.nid, at)
      : await readableState(options, access);
    const members = state.filter((event) => {
      if (event.type !== 'm.room.member') return false;
      const membership = membershipIn(event);
      return (
        (query.membership === undefined || membership === query.membership) &&
        (query.not_membership === undefined || membership !== query.not_membership)
      );
    });
    return new PreparedResponse(`{"chunk":[${presentState(options, access, members).join(',')}]}`);
  };

export const getJoinedMembersByRoom =
  (options: HistoryOptions): Handler<typeof clientServer.getJoinedMembersByRoom> =>
  async ({ params, requester }) => {
    const { room, isMember } = await openRoom(options, requester, params.roomId);
    if (!isMember) throw forbidden('You are not in this room');
    const joined = [...room.members()].flatMap(([userId, membership]) => {
      if (membership !== 'join') return [];
      const { displayname, avatar_url: avatarUrl } = room.state('m.room.member', userId)?.content ?? {};
      return [
        [
          userId,
          {
            ...(typeof displayname === 'string' ? { display_name: displayname } : {}),
            ...(typeof avatarUrl === 'string' ? { avatar_url: avatarUrl } : {}),
          },
        ],
      ];
    });
    return { joined: Object.fromEntries(joined) };
  };
