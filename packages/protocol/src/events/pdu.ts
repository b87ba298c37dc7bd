import type { EventId, RoomId, UserId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';

/**
 * A room event as the room's graph sees it: the checked fields of a persistent data unit, and the object they came from.
 * Made only by `readPdu` (from wire bytes) and `buildPdu` (from an intent); immutable.
 */
export interface Pdu {
  readonly eventId: EventId;
  readonly roomId: RoomId;
  readonly type: string;
  /** Present (possibly empty) exactly when this is a state event. */
  readonly stateKey: string | undefined;
  readonly sender: UserId;
  readonly content: JsonObject;
  readonly depth: number;
  /** Milliseconds since the epoch, as the sender's server claims. Never used for order. */
  readonly originServerTs: number;
  readonly prevEvents: readonly EventId[];
  readonly authEvents: readonly EventId[];
  /** The event that this one redacts; read from the place the room version prescribes. */
  readonly redacts: EventId | undefined;
  /** The whole event as it goes over federation: hashes and signatures included, `unsigned` left out. */
  readonly json: JsonObject;
}
