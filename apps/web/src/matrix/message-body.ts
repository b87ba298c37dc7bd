import { EventType, MsgType, type MatrixEvent } from 'matrix-js-sdk';
import { DecryptionFailureCode } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { Person } from '../model/person.ts';
import type { Attachment, AttachmentEncryption, MessageBody, WaitingReason } from '../model/timeline-item.ts';

type Content = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);
const object = (value: unknown): Content => (typeof value === 'object' && value !== null ? (value as Content) : {}); // Each field is read as unknown.

/** What a message says. Content comes from other people's clients, so nothing in it is taken for granted. */
export function bodyOf(event: MatrixEvent, personOf: (userId: string) => Person): MessageBody {
  if (event.isRedacted()) return deletedBody(event, personOf);
  if (event.isDecryptionFailure()) return { kind: 'waiting', reason: waitingReason(event.decryptionFailureReason) };
  if (event.getType() === (EventType.RoomMessageEncrypted as string)) return { kind: 'waiting', reason: 'key-missing' };
  const content: Content = event.getContent();
  switch (content['msgtype']) {
    case MsgType.Text:
    case MsgType.Notice:
    case MsgType.Emote:
      return textBody(content);
    case MsgType.Image:
      return imageBody(content);
    case MsgType.File:
    case MsgType.Audio:
    case MsgType.Video:
      return fileBody(content);
    case MsgType.KeyVerificationRequest:
      return { kind: 'verification' };
    default:
      return typeof content['body'] === 'string' ? textBody(content) : { kind: 'unsupported' };
  }
}

function deletedBody(event: MatrixEvent, personOf: (userId: string) => Person): MessageBody {
  const redaction = object(event.getUnsigned().redacted_because);
  const by = text(redaction['sender']);
  const reason = text(object(redaction['content'])['reason']);
  return { kind: 'deleted', reason, by: by === undefined || by === event.getSender() ? undefined : personOf(by) };
}

function waitingReason(code: DecryptionFailureCode | null): WaitingReason {
  switch (code) {
    case DecryptionFailureCode.HISTORICAL_MESSAGE_NO_KEY_BACKUP:
    case DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED:
    case DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP:
      return 'before-this-device';
    case DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED:
      return 'not-a-member';
    case DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE:
      return 'unverified-device';
    case DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED:
      return 'sender-changed';
    default:
      return 'key-missing';
  }
}

/** Replies of old clients repeat what they answer. https://spec.matrix.org/v1.12/client-server-api/#fallbacks-for-rich-replies */
function withoutReplyFallback(body: string, isReply: boolean): string {
  return isReply && body.startsWith('> <') ? body.replace(/^(?:> .*\n)+\n?/, '') : body;
}

function textBody(content: Content): MessageBody {
  const isReply = 'm.in_reply_to' in object(content['m.relates_to']);
  const flavor =
    content['msgtype'] === MsgType.Emote ? 'emote' : content['msgtype'] === MsgType.Notice ? 'notice' : 'plain';
  const html = content['format'] === 'org.matrix.custom.html' ? text(content['formatted_body']) : undefined;
  return { kind: 'text', text: withoutReplyFallback(text(content['body']) ?? '', isReply), html, flavor };
}

/** https://spec.matrix.org/v1.19/client-server-api/#extensions-to-mroommessage-msgtypes */
function encryptionOf(file: Content): AttachmentEncryption | undefined {
  const key = text(object(file['key'])['k']);
  const iv = text(file['iv']);
  const sha256 = text(object(file['hashes'])['sha256']);
  return key === undefined || iv === undefined || sha256 === undefined ? undefined : { key, iv, sha256 };
}

function attachmentOf(url: unknown, file: unknown, info: Content, name: string): Attachment | undefined {
  const encryptedFile = object(file);
  const encryption = encryptionOf(encryptedFile);
  const address = encryption ? text(encryptedFile['url']) : text(url);
  if (address === undefined) return undefined;
  return {
    url: address,
    name,
    mimeType: text(info['mimetype']) ?? 'application/octet-stream',
    sizeBytes: positive(info['size']),
    encryption,
  };
}

/** With a file name of its own, the body is a caption. */
function nameAndCaption(content: Content): { readonly name: string; readonly caption: string | undefined } {
  const body = text(content['body']) ?? '';
  const name = text(content['filename']);
  return name === undefined || name === body ? { name: body, caption: undefined } : { name, caption: body };
}

function imageBody(content: Content): MessageBody {
  const { name, caption } = nameAndCaption(content);
  const info = object(content['info']);
  const image = attachmentOf(content['url'], content['file'], info, name);
  if (image === undefined) return { kind: 'unsupported' };
  const thumbnail = attachmentOf(info['thumbnail_url'], info['thumbnail_file'], object(info['thumbnail_info']), name);
  return { kind: 'image', image, thumbnail, widthPx: positive(info['w']), heightPx: positive(info['h']), caption };
}

function fileBody(content: Content): MessageBody {
  const { name, caption } = nameAndCaption(content);
  const file = attachmentOf(content['url'], content['file'], object(content['info']), name);
  return file === undefined ? { kind: 'unsupported' } : { kind: 'file', file, caption };
}
