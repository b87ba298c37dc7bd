import { invalidParam, type clientServer } from '@stafette/contracts';
import { parseRoomId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { RoomEvents } from '../../room-events/index.ts';
import { MAX_DEPTH, readHierarchy } from '../hierarchy.ts';
import { encodeHierarchyToken, readHierarchyToken } from '../hierarchy-token.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

export const getSpaceHierarchy =
  (roomEvents: RoomEvents, seesAll = false): Handler<typeof clientServer.getSpaceHierarchy> =>
  async ({ params, query, requester }) => {
    const rootId = parseRoomId(params.roomId);
    if (rootId === undefined) throw invalidParam('This is not a room id');
    const walk = {
      userId: requester.userId,
      rootId,
      maxDepth: Math.min(query.max_depth ?? MAX_DEPTH, MAX_DEPTH),
      suggestedOnly: query.suggested_only ?? false,
      seesAll,
    };
    const skip = query.from === undefined ? 0 : readHierarchyToken(walk, query.from);
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const { rooms, hasMore } = await readHierarchy(roomEvents, { ...walk, skip, limit });
    return { rooms, ...(hasMore ? { next_batch: encodeHierarchyToken(walk, skip + rooms.length) } : {}) };
  };
