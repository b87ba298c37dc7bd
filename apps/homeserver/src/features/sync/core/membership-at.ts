import type { Database } from '../../../database/database.ts';
import { membershipIn, type RoomEvents } from '../../room-events/index.ts';

/** The user's membership in a room at a position; `leave` when there was none. */
export async function membershipAt(
  { database, roomEvents }: { readonly database: Database; readonly roomEvents: RoomEvents },
  userId: string,
  roomNid: number,
  pos: number,
): Promise<string> {
  const [event] = await roomEvents.stateAt(database.reader, roomNid, pos, [['m.room.member', userId]]);
  return event === undefined ? 'leave' : membershipIn(event);
}
