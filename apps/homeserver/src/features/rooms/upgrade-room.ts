import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import { parseUserId, type JsonObject, type RoomId, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { EventIntent, RoomEvents, RoomView } from '../room-events/index.ts';
import type { Aliases } from './aliases.ts';
import { getVersion, type RoomCreation } from './create-room.ts';
import { listPublishedAmong, setPublished } from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly aliases: Aliases;
  readonly creation: RoomCreation;
  readonly profileOf: (userId: UserId) => Promise<JsonObject>;
}

/** State that goes along to the replacement. https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-19 */
const COPIED = [
  'm.room.server_acl',
  'm.room.encryption',
  'm.room.name',
  'm.room.avatar',
  'm.room.topic',
  'm.room.guest_access',
  'm.room.history_visibility',
  'm.room.join_rules',
] as const;

/** With what a space is made of: without its rooms it would be no successor. */
function copiedState(old: RoomView): { type: string; stateKey: string; content: JsonObject }[] {
  const settings = COPIED.flatMap((type) => old.state(type, '') ?? []);
  const isSpace = old.state('m.room.create', '')?.content['type'] === 'm.space';
  const children = isSpace ? [...old.allState()].filter(({ type }) => type === 'm.space.child') : [];
  return [...settings, ...children].map(({ type, stateKey = '', content }) => ({ type, stateKey, content }));
}

const asNumber = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

/** The levels of the old room, without those whom the new version ranks above all levels anyway. */
function copiedLevels(old: RoomView, creators: readonly string[], isPrivileged: boolean): JsonObject {
  const levels = old.state('m.room.power_levels', '')?.content ?? {};
  const users =
    typeof levels['users'] === 'object' && levels['users'] !== null && !Array.isArray(levels['users'])
      ? levels['users']
      : {};
  const kept = Object.entries(users).filter(([userId]) => !isPrivileged || !creators.includes(userId));
  // The creators of a room that ranked them above all levels keep their say where levels are numbers.
  const lowered = isPrivileged ? [] : creators.map((userId) => [userId, 100]);
  return { ...levels, users: { ...Object.fromEntries(kept), ...Object.fromEntries(lowered) } };
}

/** Speaking and inviting in the old room takes more than ordinary members have from now on. */
function closedLevels(old: RoomView): JsonObject {
  const levels = old.state('m.room.power_levels', '')?.content ?? {};
  const closed = Math.max(50, asNumber(levels['users_default'], 0) + 1);
  return {
    ...levels,
    events_default: Math.max(closed, asNumber(levels['events_default'], 0)),
    invite: Math.max(closed, asNumber(levels['invite'], 0)),
  };
}

/**
 * Replaces a room: a new one of another version takes over its settings, bans, aliases and listing, and the old one points
 * to it and falls silent. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade
 */
export async function upgradeRoom(
  { database, roomEvents, aliases, creation, profileOf }: Dependencies,
  request: {
    readonly roomId: RoomId;
    readonly userId: UserId;
    readonly version: string;
    readonly additionalCreators: readonly string[];
  },
): Promise<RoomId> {
  const { userId } = request;
  const version = getVersion(request.version);
  if (request.additionalCreators.some((creator) => parseUserId(creator) === undefined))
    throw invalidParam('An additional creator is not a user id');
  const old = await roomEvents.findRoom(request.roomId);
  if (old === undefined) throw notFound('There is no such room');
  if (old.membershipOf(userId) !== 'join') throw forbidden('You are not in this room');
  if (old.powerLevels.userLevel(userId) < old.powerLevels.eventLevel('m.room.tombstone', true))
    throw forbidden('You may not replace this room');
  const oldCreate = old.state('m.room.create', '')?.content ?? {};
  const creators = version.creatorsArePrivileged ? [userId, ...request.additionalCreators] : [userId];
  const lastEvent = old.state('m.room.member', userId);
  const roomId = await creation.make({
    version,
    creator: userId,
    creatorProfile: await profileOf(userId),
    preset: 'private_chat',
    creationContent: {
      ...(oldCreate['type'] === undefined ? {} : { type: oldCreate['type'] }),
      ...(oldCreate['m.federate'] === undefined ? {} : { 'm.federate': oldCreate['m.federate'] }),
      ...(version.creatorsArePrivileged && request.additionalCreators.length > 0
        ? { additional_creators: request.additionalCreators }
        : {}),
      predecessor: {
        room_id: old.id,
        ...(version.roomIdIsCreateHash || lastEvent === undefined ? {} : { event_id: lastEvent.eventId }),
      },
    },
    powerLevelOverride: copiedLevels(old, creators, version.creatorsArePrivileged),
    initialState: [...copiedState(old)],
    alias: undefined,
    name: undefined,
    topic: undefined,
    invitees: [],
    isDirect: false,
    forcesEncryption: false,
  });
  const replacement = await roomEvents.getRoom(roomId);
  await roomEvents.append(roomId, bans(old, userId));
  await roomEvents.append(old.id, [
    {
      type: 'm.room.tombstone',
      stateKey: '',
      sender: userId,
      content: { body: 'This room has been replaced', replacement_room: roomId },
    },
  ]);
  await aliases.move(old, replacement);
  const canonical = old.state('m.room.canonical_alias', '')?.content;
  if (canonical !== undefined) {
    await roomEvents.append(roomId, [
      { type: 'm.room.canonical_alias', stateKey: '', sender: userId, content: canonical },
    ]);
    if (old.powerLevels.userLevel(userId) >= old.powerLevels.eventLevel('m.room.canonical_alias', true)) {
      await roomEvents.append(old.id, [{ type: 'm.room.canonical_alias', stateKey: '', sender: userId, content: {} }]);
    }
  }
  if (old.powerLevels.userLevel(userId) >= old.powerLevels.eventLevel('m.room.power_levels', true)) {
    await roomEvents.append(old.id, [
      { type: 'm.room.power_levels', stateKey: '', sender: userId, content: closedLevels(old) },
    ]);
  }
  if ((await listPublishedAmong(database.reader, [old.nid])).length > 0) {
    await database.write(async (tx) => {
      await setPublished(tx, old.nid, false);
      await setPublished(tx, replacement.nid, true);
    });
  }
  return roomId;
}

function bans(old: RoomView, sender: UserId): EventIntent[] {
  return [...old.members()].flatMap(([userId, membership]) =>
    membership === 'ban'
      ? [
          {
            type: 'm.room.member',
            stateKey: userId,
            sender,
            content: { ...old.state('m.room.member', userId)?.content, membership: 'ban' },
          },
        ]
      : [],
  );
}
