import type { StoredEvent } from '../room-events/index.ts';
import type { HistoryOptions, RoomAccess } from './room-access.ts';

/** The member events of those who sent a page of events. https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members */
export async function lazyMembers(
  { database, roomEvents }: HistoryOptions,
  { room }: RoomAccess,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const newest = Math.max(0, ...events.map((event) => event.pos));
  const senders = [...new Set(events.map((event) => event.sender))];
  return senders.length === 0
    ? []
    : roomEvents.stateAt(
        database.reader,
        room.nid,
        newest,
        senders.map((sender) => ['m.room.member', sender] as const),
      );
}
