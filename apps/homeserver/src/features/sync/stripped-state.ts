import type { UserId } from '@stafette/protocol';
import { toStrippedJson, type RoomView } from '../room-events/index.ts';

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
 * The stripped state of a room, as JSON texts, the user's own membership last.
 * https://spec.matrix.org/v1.19/client-server-api/#stripped-state
 */
export function strippedState(room: RoomView, userId: UserId): readonly string[] {
  const own = room.state('m.room.member', userId);
  const events = [
    ...STRIPPED_TYPES.map((type) => room.state(type, '')),
    own === undefined || own.sender === userId ? undefined : room.state('m.room.member', own.sender),
    own,
  ];
  return events.filter((event) => event !== undefined).map(toStrippedJson);
}
