import type { JsonObject } from '@stafette/protocol';
import type { RoomView } from '../room-events/index.ts';
import { allowedRooms, isRestricted } from './room-admission.ts';

const text = (room: RoomView, type: string, key: string): string | undefined => {
  const value = room.state(type, '')?.content[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const present = (members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  // What is left has no undefined among its values.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;

/** One entry of the directory. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms */
export const describeRoom = (room: RoomView): JsonObject => ({
  room_id: room.id,
  num_joined_members: room.joinedCount,
  world_readable: room.historyVisibility === 'world_readable',
  guest_can_join: text(room, 'm.room.guest_access', 'guest_access') === 'can_join',
  join_rule: room.joinRule,
  ...present({
    name: text(room, 'm.room.name', 'name'),
    topic: text(room, 'm.room.topic', 'topic'),
    canonical_alias: text(room, 'm.room.canonical_alias', 'alias'),
    avatar_url: text(room, 'm.room.avatar', 'url'),
    room_type: text(room, 'm.room.create', 'type'),
  }),
});

/** As {@link describeRoom}, with what decides about coming in. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias */
export function summariseRoom(room: RoomView): JsonObject {
  const encryption = text(room, 'm.room.encryption', 'algorithm');
  const version = room.version.id;
  return {
    ...describeRoom(room),
    room_version: version,
    // The name from before the endpoint had a version; clients still look for it.
    'im.nheko.summary.room_version': version,
    ...present({
      encryption,
      'im.nheko.summary.encryption': encryption,
      allowed_room_ids: isRestricted(room) ? [...allowedRooms(room)] : undefined,
    }),
  };
}
