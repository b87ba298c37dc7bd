import type { RoomId, UserId } from '@stafette/protocol';
import { departureJson, listDepartures } from '../../room-events/index.ts';
import { objectOf } from '../core/json.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { NOBODY, type RoomPart } from './room-context.ts';

/** The parts of rooms that the client has and that were deleted: how the user left, which is all that is kept of them. */
export async function deletedRooms(
  { database }: Pick<SyncCore, 'database'>,
  userId: UserId,
  roomIds: readonly RoomId[],
  upTo: number,
): Promise<readonly (readonly [RoomId, RoomPart])[]> {
  if (roomIds.length === 0) return [];
  const departures = await listDepartures(database.reader, userId, 0, upTo);
  return roomIds.map((roomId) => {
    const departure = departures.find((one) => one.roomId === roomId);
    const json = objectOf([
      ['membership', JSON.stringify(departure?.membership ?? 'leave')],
      departure === undefined ? undefined : ['required_state', `[${departureJson(departure)}]`],
    ]);
    return [roomId, { json, eventIds: [], people: NOBODY }] as const;
  });
}
