import type { Workspace } from '../matrix/workspace.ts';
import type { RoomSummary } from '../model/room-summary.ts';
import type { Toasts } from './toasts.ts';

/** What the screen of one conversation needs from around it. */
export interface ConversationScreenProps {
  readonly roomId: string;
  /** Undefined while the server has not told of the room. */
  readonly room: RoomSummary | undefined;
  readonly workspace: Workspace;
  readonly toasts: Toasts;
  readonly now: number;
  readonly onBack: () => void;
  readonly onInvite: (memberIds: readonly string[]) => void;
  readonly onMessage: (userId: string) => void;
  readonly onAccept: (room: RoomSummary) => Promise<void>;
  readonly onDecline: (room: RoomSummary) => Promise<void>;
}
