import type { EventId, RoomId, UserId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';

/** A reference from one event to another. */
export interface EventReference {
  readonly eventId: EventId;
  /** The reference hash, unpadded base64; only room versions 1 and 2 look at it. */
  readonly sha256: string;
}

/** What this server wants to say in a room. Only this is signed, never an object that somebody else made. */
export interface EventIntent {
  /** Absent exactly for the create event of a room whose id is that event's hash (version 12). */
  readonly roomId?: RoomId | undefined;
  readonly type: string;
  /** Present (possibly empty) exactly for a state event. */
  readonly stateKey?: string | undefined;
  readonly sender: UserId;
  readonly content: JsonObject;
  /** Milliseconds since the epoch. */
  readonly originServerTs: number;
  /** One more than the greatest depth of `prevEvents`; clamped to the limit. */
  readonly depth: number;
  readonly prevEvents: readonly (EventId | EventReference)[];
  readonly authEvents: readonly (EventId | EventReference)[];
  /** For `m.room.redaction`; put where the room version wants it. */
  readonly redacts?: EventId | undefined;
  /** The id in room versions 1 and 2; made of the event's hash if absent. Ignored by versions whose ids are hashes. */
  readonly wireEventId?: EventId | undefined;
}
