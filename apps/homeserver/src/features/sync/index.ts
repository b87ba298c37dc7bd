import { getEvents, initialSync, type PeekRoom } from './endpoints/old-sync.ts';
import { sync } from './endpoints/sync.ts';
import type { Sync } from './service.ts';
import { RequestReader, type FindFilter } from './v3/read-request.ts';

export { Sync } from './service.ts';

export const syncHandlers = (service: Sync, findFilter: FindFilter, peekRoom: PeekRoom) => ({
  sync: sync(service.v3, new RequestReader(findFilter)),
  getEvents: getEvents(service.old, peekRoom),
  initialSync: initialSync(service.old),
});
