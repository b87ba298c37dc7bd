import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Notifier } from '../../streams/notifier.ts';
import type { RoomEvents } from '../room-events/index.ts';
import { Receipts } from './service.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly roomEvents: RoomEvents;
  /** Where `m.fully_read` is kept. */
  readonly accountData: { put(userId: UserId, roomId: RoomId, type: string, content: JsonObject): Promise<void> };
}

/** Receipts over the rooms of this server. */
export async function openReceipts({
  database,
  clock,
  notifier,
  roomEvents,
  accountData,
}: Dependencies): Promise<Receipts> {
  return Receipts.open({
    database,
    clock,
    notifier,
    rooms: {
      findEvent: async (eventId) => (await roomEvents.getEvents(database.reader, [eventId]))[0],
      isJoined: async (roomId, userId) => (await roomEvents.findRoom(roomId))?.membershipOf(userId) === 'join',
      joinedLocalUsers: (roomId) => roomEvents.loadedRoom(roomId)?.joinedLocalUsers() ?? [],
    },
    putFullyRead: (userId, roomId, content) => accountData.put(userId, roomId, 'm.fully_read', content),
  });
}
