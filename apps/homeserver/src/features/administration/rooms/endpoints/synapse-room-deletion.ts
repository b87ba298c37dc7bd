import { invalidParam, MatrixError, notFound, type admin, type BodyOf } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Accounts } from '../../../identity/index.ts';
import type { RoomBlocks } from '../../../room-blocks/index.ts';
import type { RoomEvents } from '../../../room-events/index.ts';
import type { DeletionOptions, RoomTasks } from '../../../room-tasks/index.ts';
import { readLocalUser } from '../../people/local-user.ts';
import { getRoomById, readRoomId } from '../named-room.ts';

export interface RoomDeletionDependencies {
  readonly roomEvents: RoomEvents;
  readonly roomBlocks: RoomBlocks;
  readonly roomTasks: RoomTasks;
  readonly accounts: Accounts;
  readonly serverName: ServerName;
}

type Task = Awaited<ReturnType<RoomTasks['get']>>;

const DEFAULT_NAME = 'This room has been closed';
const DEFAULT_MESSAGE = 'The room that you were in was closed by the administrators of your server.';

export const shutdownOf = ({ removed, left, aliases, newRoomId }: Task) => ({
  kicked_users: [...removed],
  failed_to_kick_users: [...left],
  local_aliases: [...aliases],
  new_room_id: newRoomId,
});

const toDeletion = (task: Task) => ({
  delete_id: task.taskId,
  room_id: task.roomId,
  status: task.status,
  ...(task.error === null ? {} : { error: task.error }),
  shutdown_room: shutdownOf(task),
});

async function readOptions(
  { accounts, serverName }: RoomDeletionDependencies,
  body: BodyOf<typeof admin.deleteSynapseRoom>,
): Promise<DeletionOptions> {
  const named = body.new_room_user_id;
  const creator = named === undefined ? undefined : await accounts.get(readLocalUser(named, serverName));
  if (creator?.isDeactivated === true) throw notFound('The account that was to make the new room has ended');
  return {
    newRoomCreator: creator?.userId,
    newRoomName: body.room_name ?? DEFAULT_NAME,
    message: body.message ?? DEFAULT_MESSAGE,
    blocks: body.block ?? false,
    purges: body.purge ?? true,
    isForced: body.force_purge ?? false,
  };
}

export const deleteSynapseRoom =
  (d: RoomDeletionDependencies): Handler<typeof admin.deleteSynapseRoom> =>
  async ({ params, body, requester: { userId: actor }, signal }) => {
    const roomId = readRoomId(params.roomId);
    const room = await d.roomEvents.findRoom(roomId);
    const options = await readOptions(d, body);
    if (room === undefined) {
      if (!options.blocks) throw invalidParam('This server does not know the room: it can only be blocked');
      await d.roomBlocks.block(roomId, actor);
      return { kicked_users: [], failed_to_kick_users: [], local_aliases: [], new_room_id: null };
    }
    const taskId = await d.roomTasks.request(actor, room, { action: 'delete_room', options });
    await d.roomTasks.whenEnded(taskId, signal);
    const task = await d.roomTasks.get(taskId, 'delete_room');
    if (task.error !== null) throw new MatrixError(400, 'M_BAD_STATE', task.error);
    return shutdownOf(task);
  };

export const scheduleSynapseRoomDeletion =
  (d: RoomDeletionDependencies): Handler<typeof admin.scheduleSynapseRoomDeletion> =>
  async ({ params, body, requester }) => {
    const room = await getRoomById(d.roomEvents, params.roomId);
    const options = await readOptions(d, body);
    return { delete_id: await d.roomTasks.request(requester.userId, room, { action: 'delete_room', options }) };
  };

export const listSynapseRoomDeletions =
  ({ roomTasks }: RoomDeletionDependencies): Handler<typeof admin.listSynapseRoomDeletions> =>
  async ({ params }) => {
    const tasks = await roomTasks.list({ action: 'delete_room', roomId: readRoomId(params.roomId) });
    if (tasks.length === 0) throw notFound('Nobody asked for the deletion of this room lately');
    return { results: tasks.map(toDeletion) };
  };

export const getSynapseRoomDeletion =
  ({ roomTasks }: RoomDeletionDependencies): Handler<typeof admin.getSynapseRoomDeletion> =>
  async ({ params }) =>
    toDeletion(await roomTasks.get(params.deleteId, 'delete_room'));
