import type { RoomId, UserId } from '@stafette/protocol';

/** One of the user's rooms, as the membership index has it. */
export interface OwnMembership {
  readonly roomId: RoomId;
  readonly roomNid: number;
  readonly membership: string;
  /** Position of the member event in force. */
  readonly pos: number;
  /** Who sent it. */
  readonly sender: UserId;
}
