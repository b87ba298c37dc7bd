import { getEvents, initialSync, type ListedAmong, type PeekRoom } from './endpoints/old-sync.ts';
import { simplifiedSlidingSync, slidingSync } from './endpoints/sliding-sync.ts';
import { sync } from './endpoints/sync.ts';
import type { Sync } from './service.ts';
import { SlidingRequestReader } from './sliding/read-request.ts';
import { RequestReader, type FindFilter } from './v3/read-request.ts';

export { Sync } from './service.ts';

/** What the answers take from elsewhere. */
interface Places {
  readonly findFilter: FindFilter;
  readonly peekRoom: PeekRoom;
  readonly listedAmong: ListedAmong;
}

export function syncHandlers(service: Sync, { findFilter, peekRoom, listedAmong }: Places) {
  const slidingReader = new SlidingRequestReader();
  return {
    sync: sync(service.v3, new RequestReader(findFilter)),
    getEvents: getEvents(service.old, peekRoom),
    initialSync: initialSync(service.old, listedAmong),
    simplifiedSlidingSync: simplifiedSlidingSync(service.sliding, slidingReader),
    slidingSync: slidingSync(service.sliding, slidingReader),
  };
}
