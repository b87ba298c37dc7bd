import { sync } from './endpoints/sync.ts';
import { RequestReader, type FindFilter } from './v3/read-request.ts';
import type { Sync } from './service.ts';

export { Sync } from './service.ts';

export const syncHandlers = (service: Sync, findFilter: FindFilter) => ({
  sync: sync(service, new RequestReader(findFilter)),
});
