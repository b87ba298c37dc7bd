export { RoomSuccession } from './service.ts';
