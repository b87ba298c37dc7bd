import { forbidden } from '@stafette/contracts';
import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { RoomEvents, RoomView } from '../room-events/index.ts';
import { maySeeSummary, summariseRoom } from '../rooms/index.ts';
import { childrenOf, type SpaceChild } from './space-children.ts';

/** Levels of spaces inside spaces; also what a request gets that names no number. */
export const MAX_DEPTH = 20;
/** Rooms that one request looks at, those of earlier pages and hidden ones included: the end of every tree. */
const MAX_VISITED = 5_000;

export interface HierarchyQuery {
  readonly userId: UserId;
  readonly rootId: RoomId;
  readonly maxDepth: number;
  readonly suggestedOnly: boolean;
  /** Shows every room of the tree that is here, whoever may come in. */
  readonly seesAll: boolean;
  /** Rooms that earlier pages showed. */
  readonly skip: number;
  readonly limit: number;
}

export interface HierarchyPage {
  readonly rooms: JsonObject[];
  readonly hasMore: boolean;
}

const toEntry = (room: RoomView, children: readonly SpaceChild[]): JsonObject => ({
  ...summariseRoom(room),
  children_state: children.map(({ event }) => ({
    content: event.content,
    origin_server_ts: event.originServerTs,
    sender: event.sender,
    state_key: event.stateKey ?? '',
    type: event.type,
  })),
});

/**
 * One page of the tree below a space, depth first, each room once. A page walks the tree from its root again, in memory,
 * so that whoever lost access between two pages sees no more, and no walk is kept for anybody.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy
 */
export async function readHierarchy(roomEvents: RoomEvents, query: HierarchyQuery): Promise<HierarchyPage> {
  const { userId, rootId, maxDepth, suggestedOnly, seesAll, skip, limit } = query;
  const memberships = await roomEvents.membershipsOf(userId);
  const maySee = (room: RoomView): boolean => seesAll || maySeeSummary(room, userId, memberships);
  const root = await roomEvents.findRoom(rootId);
  // A room that does not exist looks like one that is closed.
  if (root === undefined || !maySee(root)) throw forbidden('You may not see this room');
  const rooms: JsonObject[] = [];
  const visited = new Set<RoomId>();
  const pending: { readonly roomId: RoomId; readonly depth: number }[] = [{ roomId: rootId, depth: 0 }];
  let shown = 0;
  while (visited.size < MAX_VISITED) {
    const next = pending.pop();
    if (next === undefined) break;
    if (visited.has(next.roomId)) continue;
    visited.add(next.roomId);
    const room = roomEvents.loadedRoom(next.roomId);
    if (room === undefined || !maySee(room)) continue;
    if (shown === skip + limit) return { rooms, hasMore: true };
    shown += 1;
    const children = childrenOf(room, suggestedOnly);
    if (shown > skip) rooms.push(toEntry(room, children));
    if (next.depth >= maxDepth) continue;
    // Read together; what is not there after that does not exist.
    await roomEvents.loadRooms(children.map(({ roomId }) => roomId));
    pending.push(...children.toReversed().map(({ roomId }) => ({ roomId, depth: next.depth + 1 })));
  }
  return { rooms, hasMore: false };
}
