import type { StoredEvent } from '../../room-events/index.ts';
import type { EventFilter, FilteredEvent } from './filter.ts';

/** Events of a room where the client names no number, and the most it is given. */
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;

export const limitOf = (filter: EventFilter): number => Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);

/** An event as filters look at it. */
export const asFiltered = (event: StoredEvent): FilteredEvent => ({
  type: event.type,
  sender: event.sender,
  hasUrl: () => typeof event.content['url'] === 'string',
});
