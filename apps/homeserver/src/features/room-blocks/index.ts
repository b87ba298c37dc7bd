export { RoomBlocks } from './service.ts';
