import { MatrixError } from '@stafette/contracts';
import {
  serverNameOf,
  type JsonObject,
  type RoomId,
  type RoomVersion,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { RoomBlocks } from '../room-blocks/index.ts';
import type { EventIntent, RoomEvents, RoomView } from '../room-events/index.ts';
import type { Aliases, RoomCreation } from '../rooms/index.ts';
import * as store from './store.ts';

export interface RoomEmptying {
  readonly database: Database;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly roomEvents: RoomEvents;
  readonly roomBlocks: RoomBlocks;
  readonly aliases: Aliases;
  readonly creation: RoomCreation;
  /** `displayname` and `avatar_url` for member events. */
  readonly profileOf: (userId: UserId) => Promise<JsonObject>;
  /** Of rooms that members are moved to. */
  readonly version: RoomVersion;
}

type Deletion = Extract<store.RoomTask, { readonly action: 'delete_room' }>;

/** What is refused stays refused; everything else is tried again. */
export const isRefusal = (error: unknown): error is MatrixError =>
  error instanceof MatrixError && error.errcode !== 'M_LIMIT_EXCEEDED';

/** Members removed by one append. */
const MEMBERS_AT_ONCE = 100;
/** Below what any event takes: people who were moved read, and say nothing. */
const READER_LEVEL = -10;
const INSIDE: ReadonlySet<string> = new Set(['join', 'invite', 'knock']);

/**
 * Takes this server's people and aliases out of a room, so that it can be deleted. Each step finds what an interrupted
 * run left of it:
 *
 * 1. The room is blocked, if that was asked for.
 * 2. A new room is made, with a message that says why.
 * 3. Members come into the new one and leave the old one, by events of their own.
 * 4. Aliases lead to the new room or nowhere, and the room is in no list.
 *
 * Throws M_BAD_STATE when somebody could not be removed and that matters.
 */
export async function emptyRoom(d: RoomEmptying, task: Deletion, signal: AbortSignal): Promise<void> {
  const { options } = task;
  if (options.blocks) await d.roomBlocks.block(task.roomId, task.requestedBy);
  const room = await d.roomEvents.findRoom(task.roomId);
  // It was emptied and deleted by an earlier run.
  if (room === undefined) return;
  const successor = await openSuccessor(d, task);
  const isEmpty = await removeMembers(d, task, room, successor, signal);
  await endAliases(d, task, room, successor);
  if (!isEmpty && options.purges && !options.isForced)
    throw new MatrixError(400, 'M_BAD_STATE', 'Some members could not be removed');
}

async function openSuccessor(d: RoomEmptying, task: Deletion): Promise<RoomView | undefined> {
  const { newRoomCreator: creator, newRoomName: name, message } = task.options;
  if (creator === undefined) return undefined;
  if (task.newRoomId !== null) return d.roomEvents.getRoom(task.newRoomId);
  const roomId = await d.creation.make({
    version: d.version,
    creator,
    creatorProfile: await d.profileOf(creator),
    preset: 'public_chat',
    creationContent: {},
    powerLevelOverride: { users_default: READER_LEVEL },
    initialState: [],
    alias: undefined,
    name,
    topic: undefined,
    invitees: [],
    isDirect: false,
    forcesEncryption: false,
  });
  await d.roomEvents.append(roomId, [
    { type: 'm.room.message', sender: creator, content: { msgtype: 'm.text', body: message } },
  ]);
  await d.database.write((tx) => store.setNewRoom(tx, task.taskId, roomId));
  return d.roomEvents.getRoom(roomId);
}

const memberEvent = (userId: UserId, content: JsonObject): EventIntent => ({
  type: 'm.room.member',
  stateKey: userId,
  sender: userId,
  content,
});

/** False when somebody is left. */
async function removeMembers(
  d: RoomEmptying,
  { taskId }: Deletion,
  room: RoomView,
  successor: RoomView | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const inside = [...room.members()].flatMap(([userId, membership]) =>
    serverNameOf(userId) === d.serverName && INSIDE.has(membership) ? [userId] : [],
  );
  await completeNotes(d, taskId, new Set(inside));
  let isEmpty = true;
  for (let at = 0; at < inside.length; at += MEMBERS_AT_ONCE) {
    signal.throwIfAborted();
    const group = inside.slice(at, at + MEMBERS_AT_ONCE);
    if (successor !== undefined) await bringIn(d, room, successor, group);
    await d.database.write((tx) => store.insertMembers(tx, taskId, group, false));
    const removed = await leave(d, room.id, group);
    await d.database.write((tx) => store.insertMembers(tx, taskId, removed, true));
    isEmpty &&= removed.length === group.length;
  }
  return isEmpty;
}

/** Who was to be removed when an earlier run was interrupted, and is not inside any more, was removed. */
async function completeNotes(d: RoomEmptying, taskId: string, inside: ReadonlySet<UserId>): Promise<void> {
  const noted = await store.listMembers(d.database.reader, [taskId]);
  const gone = noted.filter(({ userId, isRemoved }) => !isRemoved && !inside.has(userId)).map(({ userId }) => userId);
  if (gone.length > 0) await d.database.write((tx) => store.insertMembers(tx, taskId, gone, true));
}

/** Those who were in the old room, and not only invited, come into the new one. */
async function bringIn(d: RoomEmptying, room: RoomView, successor: RoomView, group: readonly UserId[]): Promise<void> {
  const coming = group.filter(
    (userId) => room.membershipOf(userId) === 'join' && successor.membershipOf(userId) !== 'join',
  );
  const joins = coming.map(async (userId) =>
    memberEvent(userId, { ...(await d.profileOf(userId)), membership: 'join' }),
  );
  await d.roomEvents.append(successor.id, await Promise.all(joins));
}

/** Who has left. They go together; where that is refused, one by one. */
async function leave(d: RoomEmptying, roomId: RoomId, group: readonly UserId[]): Promise<readonly UserId[]> {
  const tryLeaving = async (userIds: readonly UserId[]): Promise<readonly UserId[]> => {
    try {
      await d.roomEvents.append(
        roomId,
        userIds.map((userId) => memberEvent(userId, { membership: 'leave' })),
      );
      return userIds;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      d.log.warn({ err: error, roomId }, 'members could not be removed from a room that is deleted');
      return [];
    }
  };
  const removed = await tryLeaving(group);
  if (removed.length > 0 || group.length < 2) return removed;
  const one: UserId[] = [];
  for (const userId of group) one.push(...(await tryLeaving([userId])));
  return one;
}

async function endAliases(
  { aliases, database }: RoomEmptying,
  { taskId }: Deletion,
  room: RoomView,
  successor: RoomView | undefined,
): Promise<void> {
  const known = await aliases.list(room);
  if (known.length > 0) await database.write((tx) => store.setAliases(tx, taskId, known));
  if (successor !== undefined) await aliases.move(room, successor);
  await database.write((tx) => aliases.removeRoom(tx, room.nid));
}
