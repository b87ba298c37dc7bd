import type { Person } from './person.ts';

/** What the last message was, for one line in the list. */
export type MessagePreview =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'file' | 'deleted' | 'waiting' | 'verification' | 'other' }
  | { readonly kind: 'membership'; readonly change: 'joined' | 'left' | 'invited'; readonly name: string }
  | { readonly kind: 'created' };

export interface LastMessage {
  readonly sender: Person;
  readonly isOwn: boolean;
  readonly preview: MessagePreview;
  /** Milliseconds since 1970. */
  readonly ts: number;
}

export interface RoomSummary {
  readonly roomId: string;
  readonly membership: 'invited' | 'joined';
  readonly name: string;
  readonly isDirect: boolean;
  /** The other person of a direct chat. */
  readonly partner: Person | undefined;
  readonly inviter: Person | undefined;
  readonly isEncrypted: boolean;
  readonly unreadCount: number;
  readonly mentionCount: number;
  readonly lastMessage: LastMessage | undefined;
  /** Milliseconds since 1970; 0 for a room without any message. */
  readonly lastActivityTs: number;
}
