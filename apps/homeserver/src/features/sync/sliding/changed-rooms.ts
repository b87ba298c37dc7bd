import type { RoomId, UserId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import { listChangedRooms } from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { SyncCore } from '../core/sync-core.ts';
import type { ToldRoom } from './told-room.ts';

/** Rooms that changed, up to whenever they are asked for. */
interface ChangedRooms {
  until(active: ActiveUser): ReadonlySet<RoomId>;
}

/**
 * The rooms that changed since a client's position. The user's change log says it; for what was before the log began, one
 * look at the rooms that the client has finds those where something happened.
 */
export async function changedRooms(
  { database, roomEvents }: Pick<SyncCore, 'database' | 'roomEvents'>,
  userId: UserId,
  since: SyncPositions | undefined,
  active: ActiveUser,
  told: ReadonlyMap<RoomId, ToldRoom>,
): Promise<ChangedRooms> {
  const logged = (from: number): ReadonlySet<RoomId> => active.events.since(from) ?? new Set();
  if (since === undefined) return { until: () => new Set() };
  const begins = active.events.completeAfter;
  if (since.events >= begins) return { until: () => logged(since.events) };
  const memberships = await roomEvents.membershipsOf(userId);
  const records = [...told.keys()].map((roomId) => memberships.get(roomId)).filter((record) => record !== undefined);
  const nids = records.map((record) => record.roomNid);
  const changed = new Set(await listChangedRooms(database.reader, nids, since.events, begins));
  const deleted = [...told.keys()].filter((roomId) => !memberships.has(roomId));
  const before = records
    .filter((record) => changed.has(record.roomNid) || record.pos > since.events)
    .map((record) => record.roomId);
  return { until: () => new Set([...before, ...deleted, ...logged(begins)]) };
}
