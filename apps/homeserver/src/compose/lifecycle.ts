import { DelayedEvents } from '../features/delayed-events/index.ts';
import type { Audit } from '../features/audit/index.ts';
import { Retention } from '../features/retention/index.ts';
import { RoomSuccession } from '../features/room-succession/index.ts';
import { RoomTasks } from '../features/room-tasks/index.ts';
import { getVersion } from '../features/rooms/index.ts';
import { ServerNotices } from '../features/server-notices/index.ts';
import type { Basis } from './basis.ts';
import type { Identity } from './identity.ts';
import type { MediaGroup } from './media.ts';
import type { Personal } from './personal.ts';
import { DEFAULT_ROOM_VERSION, type Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';

const DEFAULT_DELAYED_EVENTS = { maxDelayMs: 24 * 60 * 60 * 1000, maxPerUser: 100 };

const KEPT_AS_ROOMS_SAY = { defaultMs: undefined, minMs: undefined, maxMs: undefined };

/** What happens by itself as time goes by, and what the server says of its own accord. */
export async function composeLifecycle(
  { database, clock, random, log, options, serverName, jobs, serverNotices }: Basis,
  { accounts }: Identity,
  { accountData }: Settings,
  { messages, profileOf, roomBlocks, roomEvents, rooms }: Rooms,
  { media }: MediaGroup,
  { pushRules }: Personal,
  audit: Audit,
) {
  const version = getVersion(options.defaultRoomVersion ?? DEFAULT_ROOM_VERSION);
  const delayedEvents = new DelayedEvents({
    database,
    clock,
    random,
    log,
    messages,
    roomEvents,
    limits: options.delayedEvents ?? DEFAULT_DELAYED_EVENTS,
    assertMayWrite: async (userId) => accounts.assertMayWrite(userId),
  });
  const succession = new RoomSuccession({ database, log, jobs, roomEvents, accountData, pushRules });
  await accounts.ensureServerAccount(serverNotices.sender);
  const notices = new ServerNotices({
    ...serverNotices,
    database,
    roomEvents,
    messages,
    accountData,
    creation: rooms.creation,
    findAccount: async (userId) => accounts.find(userId),
    version,
  });
  const retention = await Retention.open({
    database,
    clock,
    serverName,
    jobs,
    roomEvents,
    limits: options.retention ?? KEPT_AS_ROOMS_SAY,
    removeMedia: async (mediaId) => media.remove(mediaId),
  });
  const roomTasks = new RoomTasks({
    database,
    clock,
    random,
    log,
    jobs,
    serverName,
    audit,
    retention,
    roomEvents,
    roomBlocks,
    aliases: rooms.aliases,
    creation: rooms.creation,
    profileOf,
    version,
  });
  return { retention, delayedEvents, notices, roomTasks, succession };
}

export type Lifecycle = Awaited<ReturnType<typeof composeLifecycle>>;
