import type { clientServer } from '@stafette/contracts';
import type { RoomId, UserId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { SeenPerson } from '../../presence/index.ts';
import type { RoomView } from '../../room-events/index.ts';
import { compileEventFilter } from '../event-filter.ts';
import { readPage } from '../page.ts';
import { encodePlace } from '../places.ts';
import { openRoom, presentEvents, presentState, readableState, type HistoryOptions } from '../room-access.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
const EVERYTHING = compileEventFilter({});

/** Where else something is kept of a room. */
export interface RoomPlaces {
  /** Whether everybody can find the room in the directory. */
  readonly isListed: (roomId: RoomId) => Promise<boolean>;
  /** `content` is JSON text. */
  readonly listAccountData: (
    userId: UserId,
    roomId: RoomId,
  ) => Promise<readonly { readonly type: string; readonly content: string }[]>;
  /** How the people of a room appear. */
  readonly listPresence: (room: RoomView) => readonly SeenPerson[];
}

const presenceEvent = ({ userId, content }: SeenPerson): string =>
  JSON.stringify({ type: 'm.presence', sender: userId, content: { ...content, user_id: userId } });

export const roomInitialSync =
  (
    options: HistoryOptions,
    { isListed, listAccountData, listPresence }: RoomPlaces,
  ): Handler<typeof clientServer.roomInitialSync> =>
  async ({ params, query, requester }) => {
    const access = await openRoom(options, requester, params.roomId);
    const { room, upTo } = access;
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const { events } =
      limit === 0
        ? { events: [] }
        : await readPage(options, access, { direction: 'backward', after: 0, upTo, limit, filter: EVERYTHING });
    const chunk = await presentEvents(options, access, events.toReversed());
    const state = presentState(options, access, await readableState(options, access));
    const [isPublic, accountData] = await Promise.all([isListed(room.id), listAccountData(requester.userId, room.id)]);
    const membership = room.membershipOf(requester.userId);
    const people = access.isMember ? listPresence(room).map(presenceEvent) : [];
    const start = (events.at(-1)?.pos ?? upTo + 1) - 1;
    const members = [
      `"room_id":${JSON.stringify(room.id)}`,
      ...(membership === undefined || membership === 'knock' ? [] : [`"membership":${JSON.stringify(membership)}`]),
      `"messages":{"chunk":[${chunk.join(',')}],"start":"${encodePlace(start)}","end":"${encodePlace(upTo)}"}`,
      `"state":[${state.join(',')}]`,
      `"presence":[${people.join(',')}]`,
      `"visibility":"${isPublic ? 'public' : 'private'}"`,
      `"account_data":[${accountData.map(({ type, content }) => `{"type":${JSON.stringify(type)},"content":${content}}`).join(',')}]`,
    ];
    return new PreparedResponse(`{${members.join(',')}}`);
  };
