import { MsgType, type Room } from 'matrix-js-sdk';
import type { RoomMessageEventContent } from 'matrix-js-sdk/lib/@types/events.js';
import { success, type Outcome } from '../model/failure.ts';
import { encryptAttachment, encryptedFile } from './attachment-encryption.ts';
import { failureOf } from './failure-of.ts';
import { prepareImage, type PreparedImage } from './image-preparation.ts';
import type { MatrixSession } from './session.ts';

export interface OutgoingText {
  readonly text: string;
  /** Present where Markdown said more than the text alone. */
  readonly html: string | undefined;
  readonly replyTo: { readonly eventId: string; readonly senderId: string } | undefined;
  /** The message that this one corrects. */
  readonly editOf: string | undefined;
  readonly mentionedIds: readonly string[];
}

export interface OutgoingFile {
  readonly file: File;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

const TYPING_TIMEOUT_MS = 20_000;

/** Sends into one room. The room's key is made ready while somebody types. */
export class Sending {
  readonly #session: MatrixSession;
  readonly #room: Room;

  constructor(session: MatrixSession, room: Room) {
    this.#session = session;
    this.#room = room;
  }

  /** Fails only where sending did not begin; what happens after shows at the message itself. */
  async sendText({ text, html, replyTo, editOf, mentionedIds }: OutgoingText): Promise<Outcome<void>> {
    const plain = {
      msgtype: MsgType.Text,
      body: text,
      ...(html !== undefined && { format: 'org.matrix.custom.html', formatted_body: html }),
    };
    // https://spec.matrix.org/v1.19/client-server-api/#user-and-room-mentions
    const called = new Set([...mentionedIds, ...(replyTo ? [replyTo.senderId] : [])]);
    called.delete(this.#session.userId);
    const mentions = { 'm.mentions': called.size > 0 ? { user_ids: [...called] } : {} };
    if (editOf !== undefined) {
      return this.#send({
        ...plain,
        body: `* ${text}`,
        ...(html !== undefined && { formatted_body: `* ${html}` }),
        ...mentions,
        'm.new_content': { ...plain, ...mentions },
        'm.relates_to': { rel_type: 'm.replace', event_id: editOf },
      });
    }
    return this.#send({
      ...plain,
      ...mentions,
      ...(replyTo && { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo.eventId } } }),
    });
  }

  /** 1. measure, 2. encrypt and upload the thumbnail, 3. the file, 4. send the message that holds their keys. */
  async sendFile({ file, onProgress, signal }: OutgoingFile): Promise<Outcome<void>> {
    try {
      const image = await prepareImage(file);
      const thumbnail =
        image?.thumbnail &&
        (await this.#upload(image.thumbnail.bytes, image.thumbnail.mimeType, () => undefined, signal));
      const uploaded = await this.#upload(await file.arrayBuffer(), file.type, onProgress, signal);
      const info = {
        mimetype: file.type || 'application/octet-stream',
        size: file.size,
        ...imageInfo(image, thumbnail),
      };
      return await this.#send({
        msgtype: image ? MsgType.Image : MsgType.File,
        body: file.name,
        filename: file.name,
        info,
        ...uploaded,
        'm.mentions': {},
      });
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  async setTyping(isTyping: boolean): Promise<void> {
    if (isTyping) this.#session.client.getCrypto()?.prepareToEncrypt(this.#room);
    await this.#session.client.sendTyping(this.#room.roomId, isTyping, TYPING_TIMEOUT_MS);
  }

  async #upload(
    bytes: ArrayBuffer,
    mimeType: string,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const abortController = new AbortController();
    signal.addEventListener('abort', () => abortController.abort());
    const progressHandler = ({ loaded, total }: { loaded: number; total: number }): void =>
      onProgress(total === 0 ? 0 : loaded / total);
    const options = { abortController, progressHandler, includeFilename: false };
    if (!this.#room.hasEncryptionStateEvent()) {
      const { content_uri: url } = await this.#session.client.uploadContent(new Blob([bytes], { type: mimeType }), {
        ...options,
        type: mimeType,
      });
      return { url };
    }
    const { ciphertext, encryption } = await encryptAttachment(bytes);
    const blob = new Blob([ciphertext], { type: 'application/octet-stream' });
    const { content_uri: url } = await this.#session.client.uploadContent(blob, {
      ...options,
      type: 'application/octet-stream',
    });
    return { file: encryptedFile(url, encryption) };
  }

  async #send(content: Readonly<Record<string, unknown>>): Promise<Outcome<void>> {
    try {
      // Built above after the specification; the SDK's union of all message types cannot follow the spreads.
      await this.#session.client.sendMessage(this.#room.roomId, content as unknown as RoomMessageEventContent);
      return success(undefined);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }
}

function imageInfo(
  image: PreparedImage | undefined,
  uploaded: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  if (image === undefined) return {};
  const { thumbnail } = image;
  const size = { w: image.widthPx, h: image.heightPx };
  if (thumbnail === undefined || uploaded === undefined) return size;
  const thumbnailInfo = {
    mimetype: thumbnail.mimeType,
    size: thumbnail.bytes.byteLength,
    w: thumbnail.widthPx,
    h: thumbnail.heightPx,
  };
  return {
    ...size,
    thumbnail_info: thumbnailInfo,
    ...('file' in uploaded ? { thumbnail_file: uploaded['file'] } : { thumbnail_url: uploaded['url'] }),
  };
}
