import { notFound, type admin } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import type { RoomEvents } from '../../../room-events/index.ts';
import type { RoomBlocks } from '../../../room-blocks/index.ts';
import { getRoomById, readRoomId, textIn } from '../named-room.ts';
import type { RoomListing } from '../room-listing.ts';

export interface SynapseRoomDependencies {
  readonly roomEvents: RoomEvents;
  readonly roomBlocks: RoomBlocks;
  readonly roomListing: RoomListing;
}

const DEFAULT_LIMIT = 100;

/** Older words for two of the orders. */
const ORDERS = { alphabetical: 'name', size: 'joined_members' } as const;

export const listSynapseRooms =
  ({ roomListing }: SynapseRoomDependencies): Handler<typeof admin.listSynapseRooms> =>
  async ({ query }) => {
    const offset = query.from ?? 0;
    const limit = query.limit ?? DEFAULT_LIMIT;
    const order = query.order_by ?? 'name';
    const { rooms, total } = await roomListing.list({
      order: order === 'alphabetical' || order === 'size' ? ORDERS[order] : order,
      isReversed: query.dir === 'b',
      searchTerm: query.search_term,
      isPublic: query.public_rooms,
      isEmpty: query.empty_rooms,
      offset,
      limit,
    });
    return {
      rooms: [...rooms],
      offset,
      total_rooms: total,
      ...(offset + rooms.length < total ? { next_batch: offset + rooms.length } : {}),
      ...(offset > 0 ? { prev_batch: Math.max(0, offset - limit) } : {}),
    };
  };

export const getSynapseRoom =
  ({ roomEvents, roomListing }: SynapseRoomDependencies): Handler<typeof admin.getSynapseRoom> =>
  async ({ params }) => {
    const roomId = readRoomId(params.roomId);
    const [row, details, room] = await Promise.all([
      roomListing.find(roomId),
      roomListing.findDetails(roomId),
      roomEvents.findRoom(roomId),
    ]);
    if (row === undefined || details === undefined || room === undefined) throw notFound('There is no such room');
    return {
      ...row,
      ...details,
      avatar: textIn(room, 'm.room.avatar', 'url'),
      topic: textIn(room, 'm.room.topic', 'topic'),
      tombstoned: room.state('m.room.tombstone', '') !== undefined,
      replacement_room: textIn(room, 'm.room.tombstone', 'replacement_room'),
    };
  };

export const listSynapseRoomMembers =
  ({ roomEvents }: SynapseRoomDependencies): Handler<typeof admin.listSynapseRoomMembers> =>
  async ({ params }) => {
    const room = await getRoomById(roomEvents, params.roomId);
    const joined = [...room.members()].filter(([, membership]) => membership === 'join').map(([userId]) => userId);
    return { members: joined.sort(), total: joined.length };
  };

export const getSynapseRoomBlock =
  ({ roomBlocks }: SynapseRoomDependencies): Handler<typeof admin.getSynapseRoomBlock> =>
  async ({ params }) => {
    const blocker = roomBlocks.blockerOf(readRoomId(params.roomId));
    return blocker === undefined ? { block: false } : { block: true, user_id: blocker };
  };

export const setSynapseRoomBlock =
  ({ roomBlocks }: SynapseRoomDependencies): Handler<typeof admin.setSynapseRoomBlock> =>
  async ({ params, body, requester }) => {
    const roomId = readRoomId(params.roomId);
    await (body.block ? roomBlocks.block(roomId, requester.userId) : roomBlocks.unblock(roomId, requester.userId));
    return { block: body.block };
  };
