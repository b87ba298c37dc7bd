import { getKeysChanges } from './endpoints/get-keys-changes.ts';
import type { DeviceLists } from './service.ts';

export { CompanionFinder } from './companions.ts';
export { DeviceLists } from './service.ts';

export const deviceListsHandlers = (deviceLists: DeviceLists) => ({ getKeysChanges: getKeysChanges(deviceLists) });
