import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';

/** One state of a room: its state events by type and state key. */
export type StateMap<Key extends string = string> = ReadonlyMap<Key, EventId>;

/**
 * The events that a resolution may look at: all those in the state sets and in their auth chains (and, in version 12, the
 * create event), loaded beforehand. Asking for one that is missing throws: an accepted event's auth chain is complete.
 */
export interface KnownEvents {
  get(eventId: EventId): Pdu;
  /** Whether the event was rejected at receipt; such events do not authorize others. */
  isRejected(eventId: EventId): boolean;
}
