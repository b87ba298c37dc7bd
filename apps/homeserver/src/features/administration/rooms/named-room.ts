import { invalidParam, notFound } from '@stafette/contracts';
import { parseRoomAlias, parseRoomId, type RoomId } from '@stafette/protocol';
import type { RoomEvents, RoomView } from '../../room-events/index.ts';
import type { Aliases } from '../../rooms/index.ts';

export interface NamedRooms {
  readonly roomEvents: RoomEvents;
  readonly aliases: Pick<Aliases, 'find'>;
}

/** Throws M_INVALID_PARAM. */
export function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('This is not a room id');
  return roomId;
}

/** The room that an administrator names by its id. Throws M_INVALID_PARAM and M_NOT_FOUND. */
export const getRoomById = async (roomEvents: RoomEvents, text: string): Promise<RoomView> =>
  roomEvents.getRoom(readRoomId(text));

/** The same by its id or an alias; aliases of closed rooms are no secret to administrators. */
export async function getNamedRoom({ roomEvents, aliases }: NamedRooms, text: string): Promise<RoomView> {
  if (!text.startsWith('#')) return getRoomById(roomEvents, text);
  const alias = parseRoomAlias(text);
  if (alias === undefined) throw invalidParam('This is neither a room id nor an alias');
  const room = await aliases.find(alias);
  if (room === undefined) throw notFound('There is no such room');
  return room;
}

/** A text that a room's state says of it. */
export function textIn(room: RoomView | undefined, type: string, key: string): string | null {
  const value = room?.state(type, '')?.content[key];
  return typeof value === 'string' ? value : null;
}
