import { sync, type FindFilter } from './endpoints/sync.ts';
import type { Sync } from './service.ts';

export { Sync } from './service.ts';

export const syncHandlers = (service: Sync, findFilter: FindFilter) => ({ sync: sync(service, findFilter) });
