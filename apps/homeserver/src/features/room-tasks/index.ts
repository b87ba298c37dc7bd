export { RoomTasks } from './service.ts';
export type { DeletionOptions, RoomTask } from './store.ts';
