import type { Person } from './person.ts';

/** A file's bytes, to be had one day: encrypted ones are decrypted when asked for. */
export interface Attachment {
  readonly url: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number | undefined;
  /** Present for encrypted files; opaque outside `matrix/`. */
  readonly encryption: AttachmentEncryption | undefined;
}

/** https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments */
export interface AttachmentEncryption {
  readonly key: string;
  readonly iv: string;
  readonly sha256: string;
}

/** Why a message cannot be read (yet). */
export type WaitingReason =
  | 'key-missing'
  | 'before-this-device'
  | 'not-a-member'
  | 'unverified-device'
  | 'sender-changed';

export type MessageBody =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly html: string | undefined;
      readonly flavor: 'plain' | 'emote' | 'notice';
    }
  | {
      readonly kind: 'image';
      readonly image: Attachment;
      readonly thumbnail: Attachment | undefined;
      readonly widthPx: number | undefined;
      readonly heightPx: number | undefined;
      readonly caption: string | undefined;
    }
  | { readonly kind: 'file'; readonly file: Attachment; readonly caption: string | undefined }
  | { readonly kind: 'deleted'; readonly reason: string | undefined; readonly by: Person | undefined }
  | { readonly kind: 'waiting'; readonly reason: WaitingReason }
  | { readonly kind: 'verification' | 'unsupported' };

export interface ReplyPreview {
  readonly eventId: string;
  readonly sender: Person | undefined;
  /** Undefined while the message is being fetched, or out of reach. */
  readonly body: MessageBody | undefined;
}

export interface Reaction {
  readonly key: string;
  readonly senders: readonly Person[];
  /** Set when one of them is us: what to delete to take it back. */
  readonly ownEventId: string | undefined;
}

export type DeliveryState = 'sending' | 'failed' | 'sent' | 'read';

export interface MessageItem {
  readonly kind: 'message';
  /** Stays the same from the first local copy to the server's. */
  readonly key: string;
  /** Undefined until the server gave one. */
  readonly eventId: string | undefined;
  readonly sender: Person;
  readonly isOwn: boolean;
  readonly ts: number;
  readonly body: MessageBody;
  readonly reply: ReplyPreview | undefined;
  readonly reactions: readonly Reaction[];
  readonly isEdited: boolean;
  readonly delivery: DeliveryState;
  /** Those whose last read message is this one. */
  readonly readers: readonly Person[];
  /** A device that its owner has not confirmed sent it, or worse. */
  readonly trust: 'good' | 'unconfirmed-device' | 'doubtful';
  readonly canEdit: boolean;
  readonly canDelete: boolean;
}

export type RoomNotice =
  | {
      readonly kind: 'joined' | 'left' | 'invited' | 'declined' | 'withdrawn' | 'removed' | 'banned' | 'unbanned';
      readonly subject: Person;
      readonly by: Person;
    }
  | { readonly kind: 'created' | 'encrypted'; readonly by: Person }
  | { readonly kind: 'renamed'; readonly by: Person; readonly name: string }
  | { readonly kind: 'named-self'; readonly by: Person; readonly from: string; readonly to: string }
  | { readonly kind: 'topic'; readonly by: Person; readonly topic: string };

export interface NoticeItem {
  readonly kind: 'notice';
  readonly key: string;
  readonly eventId: string;
  readonly ts: number;
  readonly notice: RoomNotice;
}

/** What happened in a room, oldest first. */
export type TimelineItem = MessageItem | NoticeItem;
