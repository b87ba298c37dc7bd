import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import type { RoomTask, RoomTasks } from '../../../room-tasks/index.ts';
import { shutdownOf } from './synapse-room-deletion.ts';

/** Names that tools know tasks by. */
const NAMES = { delete_room: 'shutdown_and_purge_room', purge_history: 'purge_history' } as const;
const ACTIONS: ReadonlyMap<string, RoomTask['action']> = new Map([
  [NAMES.delete_room, 'delete_room'],
  [NAMES.purge_history, 'purge_history'],
]);

export const listSynapseScheduledTasks =
  ({ roomTasks }: { readonly roomTasks: RoomTasks }): Handler<typeof admin.listSynapseScheduledTasks> =>
  async ({ query }) => {
    const { action_name: name, resource_id: roomId, status, max_timestamp: before } = query;
    const action = name === undefined ? undefined : ACTIONS.get(name);
    if (name !== undefined && action === undefined) return { scheduled_tasks: [] };
    const tasks = await roomTasks.list({ action, roomId, status, before });
    return {
      scheduled_tasks: tasks.map((task) => ({
        id: task.taskId,
        action: NAMES[task.action],
        status: task.status,
        timestamp_ms: task.changedAt,
        resource_id: task.roomId,
        result: task.action === 'delete_room' ? shutdownOf(task) : null,
        error: task.error,
      })),
    };
  };
