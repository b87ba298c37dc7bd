export { CompanionFinder } from './companions.ts';
export { DeviceLists } from './service.ts';
