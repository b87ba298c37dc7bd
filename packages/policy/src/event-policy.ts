import type { JsonObject } from '@stafette/protocol';

/** Why a policy refuses. The code is stable and documented; the message is for people and holds no content. */
export interface PolicyViolation {
  readonly code: string;
  readonly message: string;
}

/** An event that somebody wants to send. */
export interface CandidateEvent {
  readonly type: string;
  /** Present for a state event. */
  readonly stateKey?: string;
  readonly sender: string;
  readonly content: JsonObject;
}

/** What a policy may read of a room: the content of its state as the candidate meets it. */
export interface RoomPolicyView {
  stateContent(type: string, stateKey: string): JsonObject | undefined;
}

/**
 * A rule of an authority about events, asked before an event is made. Pure: no clock, no database. All policies are
 * asked, any violation denies; a policy never changes the rules by which rooms authorise events.
 */
export interface EventPolicy {
  readonly name: string;
  decideEvent(candidate: CandidateEvent, room: RoomPolicyView): readonly PolicyViolation[];
}
