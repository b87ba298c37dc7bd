import type { RoomId, UserId } from '@stafette/protocol';

/** An event as unread counting sees it. `json` is the canonical text of the event. */
export interface UnreadEvent {
  readonly roomNid: number;
  readonly roomId: RoomId;
  readonly eventId: string;
  readonly pos: number;
  readonly sender: UserId;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly unreadFlags: number;
  /** Events of the room, this one included, that count in the main timeline. */
  readonly notifySeq: number;
  readonly json: string;
}

/** A place in a room's history: just after the event at `pos`. */
export interface RoomPlace {
  readonly roomNid: number;
  readonly pos: number;
}

/** What unread counting reads of the events; given by `room-events`. */
export interface UnreadSource {
  /** The last position that is visible. */
  current(): number;
  /** The running counter at each place, in the order of the places. */
  notifySeqAt(places: readonly RoomPlace[]): Promise<readonly number[]>;
  /** Events from the special flags on, after each place and up to a position, oldest first; the newest `limit` of a room. */
  listSpecial(places: readonly RoomPlace[], upTo: number, limit: number): Promise<readonly UnreadEvent[]>;
  /** Events of all rooms after a position, oldest first. */
  listSince(pos: number, limit: number): Promise<readonly UnreadEvent[]>;
  /** All events after a place, oldest first; the newest `limit`. */
  listAfter(place: RoomPlace, upTo: number, limit: number): Promise<readonly UnreadEvent[]>;
}
