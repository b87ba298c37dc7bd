import { invalidParam, type clientServer } from '@stafette/contracts';
import { isStrictLocalpart, localpartOf, parseRoomId, parseUserId, type RoomId, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Membership } from '../service.ts';

const PAGE = 100;

function readOther(text: string, requester: UserId): UserId {
  const userId = parseUserId(text);
  if (userId === undefined || !isStrictLocalpart(localpartOf(userId))) throw invalidParam('user_id is not a user id');
  if (userId === requester) throw invalidParam('user_id is your own');
  return userId;
}

/** A token names the last room of the page before. */
function readToken(token: string | undefined): RoomId | undefined {
  if (token === undefined) return undefined;
  const roomId = parseRoomId(Buffer.from(token, 'base64url').toString());
  if (roomId === undefined) throw invalidParam('from is not a token of this server');
  return roomId;
}

export const getMutualRooms =
  (membership: Membership): Handler<typeof clientServer.getMutualRooms> =>
  async ({ query, requester }) => {
    const other = readOther(query.user_id, requester.userId);
    const after = readToken(query.from ?? query.batch_token);
    const all = await membership.listMutual(requester.userId, other);
    const rest = after === undefined ? all : all.filter((roomId) => roomId > after);
    const joined = rest.slice(0, PAGE);
    const last = joined.at(-1);
    const token = rest.length > PAGE && last !== undefined ? Buffer.from(last).toString('base64url') : undefined;
    return {
      joined,
      count: all.length,
      ...(token === undefined ? {} : { next_batch: token, next_batch_token: token }),
    };
  };
