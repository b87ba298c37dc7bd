export { DeviceLists } from './service.ts';
