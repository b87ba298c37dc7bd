import { forbidden, type clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import { membershipIn, type RoomView, type StoredEvent } from '../../room-events/index.ts';
import { readPlace } from '../places.ts';
import { openRoom, presentState, readableState, type HistoryOptions, type RoomAccess } from '../room-access.ts';

export const getMembersByRoom =
  (options: HistoryOptions): Handler<typeof clientServer.getMembersByRoom> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const at = query.at === undefined ? undefined : Math.min(readPlace('at', query.at), access.upTo);
    const isPast = at !== undefined && at < access.room.lastPos;
    const state = isPast ? await pastState(options, access, at) : await readableState(options, access);
    const members = state.filter((event) => {
      if (event.type !== 'm.room.member') return false;
      const membership = membershipIn(event);
      const { membership: wanted, not_membership: unwanted } = query;
      // One condition or the other, where there are both.
      return (
        (wanted === undefined && unwanted === undefined) ||
        membership === wanted ||
        (unwanted !== undefined && membership !== unwanted)
      );
    });
    return new PreparedResponse(`{"chunk":[${presentState(options, access, members).join(',')}]}`);
  };

/** A token may name the place before the first event of a room. Its members are then those of its beginning: the creator. */
async function pastState(
  { database, roomEvents }: HistoryOptions,
  { room }: RoomAccess,
  at: number,
): Promise<readonly StoredEvent[]> {
  const { events } = await roomEvents.listTimeline(database.reader, room.nid, {
    upTo: room.lastPos,
    limit: 2,
    direction: 'forward',
  });
  return roomEvents.stateAt(database.reader, room.nid, Math.max(at, events.at(-1)?.pos ?? 0));
}

/** The room for one of its members, or for an application service with a user in it. */
async function roomOfMember(
  options: HistoryOptions,
  { service, ...requester }: Requester,
  roomId: string,
): Promise<RoomView> {
  const room = service && (await options.roomEvents.findRoom(roomId));
  if (room && [...room.joinedLocalUsers()].some((userId) => service.ownsUser(userId))) return room;
  const opened = await openRoom(options, requester, roomId);
  if (!opened.isMember) throw forbidden('You are not in this room');
  return opened.room;
}

export const getJoinedMembersByRoom =
  (options: HistoryOptions): Handler<typeof clientServer.getJoinedMembersByRoom> =>
  async ({ params, requester }) => {
    const room = await roomOfMember(options, requester, params.roomId);
    const joined = [...room.members()].flatMap(([userId, membership]) => {
      if (membership !== 'join') return [];
      const { displayname, avatar_url: avatarUrl } = room.state('m.room.member', userId)?.content ?? {};
      return [
        [
          userId,
          {
            // Null where there is none: clients and test suites look for the names, whatever the schema says.
            display_name: typeof displayname === 'string' ? displayname : null,
            avatar_url: typeof avatarUrl === 'string' ? avatarUrl : null,
          },
        ],
      ];
    });
    return { joined: Object.fromEntries(joined) };
  };
