import type { ReadTx } from '../../../database/database.ts';
import { toDatedStrippedJson, toStrippedJson, type RoomEvents, type StoredEvent } from '../../room-events/index.ts';

/** What somebody outside may know of a room that they are invited to or knock at. */
const STRIPPED_TYPES = [
  'm.room.create',
  'm.room.join_rules',
  'm.room.name',
  'm.room.canonical_alias',
  'm.room.avatar',
  'm.room.topic',
  'm.room.encryption',
] as const;

/**
 * The stripped state of a room as it was when the user was invited or knocked, as JSON texts, the user's own membership
 * last, with its id and time. What changes afterwards is the room's own business. https://spec.matrix.org/v1.19/client-server-api/#stripped-state
 */
export async function strippedState(
  roomEvents: RoomEvents,
  tx: ReadTx,
  own: { readonly roomNid: number; readonly pos: number; readonly sender: string },
  userId: string,
): Promise<readonly string[]> {
  const keys = [
    ...STRIPPED_TYPES.map((type) => [type, ''] as const),
    ['m.room.member', own.sender] as const,
    ['m.room.member', userId] as const,
  ];
  const events = await roomEvents.stateAt(tx, own.roomNid, own.pos, own.sender === userId ? keys.slice(0, -1) : keys);
  const isOwn = (event: StoredEvent): boolean => event.type === 'm.room.member' && event.stateKey === userId;
  return [
    ...events.filter((event) => !isOwn(event)).map(toStrippedJson),
    ...events.filter(isOwn).map(toDatedStrippedJson),
  ];
}
