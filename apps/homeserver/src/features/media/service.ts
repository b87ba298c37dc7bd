import { Readable } from 'node:stream';
import { forbidden, limitExceeded, MatrixError, notFound, tooLarge } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { Arrivals } from './arrivals.ts';
import type { ByteRange } from './byte-range.ts';
import type { FileStore } from './file-store.ts';
import { sniffImageType } from './image-type.ts';
import { readPictureSize, type PictureSize } from './picture-size.ts';
import { Pictures, type ThumbnailWish } from './pictures.ts';
import * as store from './store.ts';
import type { Thumbnailer } from './thumbnails.ts';
import * as uploads from './uploads-store.ts';

export interface Upload {
  readonly uploader: UserId;
  readonly body: Readable;
  /** Bytes that the client says will come. */
  readonly announcedBytes: number | undefined;
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
}

export interface Download {
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly fileName: string | undefined;
  /** The whole file, or a part of it. */
  open(range?: ByteRange): Readable;
}

export interface MediaAddress {
  readonly serverName: string;
  readonly mediaId: string;
}

/** Where a file is, and how long the client waits for one that was announced and is not there yet. */
export interface MediaRequest extends MediaAddress {
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export interface MediaOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
  readonly files: FileStore;
  readonly thumbnailer: Thumbnailer;
  readonly maxUploadBytes: number;
  /** Bytes of all files of one person. */
  readonly quotaBytes?: number;
  /** Where somebody whose files take up all their space can read on. */
  readonly infoUri: string;
}

/** A picture that the server itself came by. */
export interface OwnPicture extends PictureSize {
  readonly mediaId: string;
  readonly contentUri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/** Bytes of random in a media id: an address cannot be guessed. */
const MEDIA_ID_BYTES = 24;
const MEDIA_ID = /^[A-Za-z0-9_-]{1,255}$/;
const RESERVATION_LIFETIME_MS = 24 * 60 * 60 * 1000;
const MAX_RESERVATIONS = 100;
const RETRY_AFTER_MS = 60_000;
const DEFAULT_WAIT_MS = 20_000;
const MAX_WAIT_MS = 60_000;
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';
const DEFAULT_QUOTA_BYTES = 50 * 1024 ** 3;
/** Bytes that files leave free on the disk, for the database that may share it. */
const RESERVED_BYTES = 1024 ** 3;

const cannotOverwrite = (): MatrixError =>
  new MatrixError(409, 'M_CANNOT_OVERWRITE_MEDIA', 'There is a file at this address already');

const outOfSpace = (infoUri: string): MatrixError =>
  new MatrixError(403, 'M_USER_LIMIT_EXCEEDED', 'Your files take up all the space that you have', {
    info_uri: infoUri,
  });

/** Files that people share. In encrypted rooms they are ciphertext, which is stored and handed out as it is. */
export class Media {
  readonly #options: MediaOptions;
  readonly #pictures: Pictures;
  readonly #arrivals = new Arrivals();

  private constructor(options: MediaOptions) {
    this.#options = options;
    this.#pictures = new Pictures(options.files, options.thumbnailer);
  }

  /** Clears away what a crash interrupted: files without a row, and rows never without their file. */
  static async open(options: MediaOptions): Promise<Media> {
    const { files, database } = options;
    const interrupted = await files.listInterrupted();
    const known = await store.listKnown(database.reader, interrupted);
    for (const storageName of interrupted) if (!known.has(storageName)) await files.removeWithDerived(storageName);
    await files.clearIncoming();
    return new Media(options);
  }

  get maxUploadBytes(): number {
    return this.#options.maxUploadBytes;
  }

  /** Resolves with the new address when the file is durable. */
  async upload(upload: Upload): Promise<string> {
    const { clock, random } = this.#options;
    const mediaId = random.token(MEDIA_ID_BYTES);
    await this.#store(upload, async (tx, file) => {
      await store.insertReady(tx, mediaId, upload.uploader, clock.nowMs(), file);
    });
    return this.#uriOf(mediaId);
  }

  /** Stores a picture for the server itself; undefined when the bytes are none. */
  async storeOwn(bytes: Buffer): Promise<OwnPicture | undefined> {
    const { clock, random, serverName } = this.#options;
    const contentType = sniffImageType(bytes);
    const size = readPictureSize(bytes);
    if (contentType === undefined || size === undefined) return undefined;
    const mediaId = random.token(MEDIA_ID_BYTES);
    // Nobody has an empty name.
    const uploader = `@:${serverName}` as UserId;
    const upload = {
      uploader,
      body: Readable.from([bytes]),
      announcedBytes: bytes.length,
      contentType,
      fileName: undefined,
    };
    await this.#store(upload, (tx, file) => store.insertReady(tx, mediaId, uploader, clock.nowMs(), file));
    return { ...size, mediaId, contentUri: this.#uriOf(mediaId), contentType, sizeBytes: bytes.length };
  }

  /** Removes a file and what was made of it. The next start completes what a crash interrupts. */
  async remove(mediaId: string): Promise<void> {
    const { database, files } = this.#options;
    const storageName = (await store.find(database.reader, mediaId))?.storage_name ?? undefined;
    if (storageName !== undefined) await files.doubt(storageName);
    await database.write((tx) => store.remove(tx, mediaId));
    if (storageName !== undefined) await files.removeWithDerived(storageName);
  }

  /** As {@link remove}, for an administrator: `note` belongs to the same transaction. Throws M_NOT_FOUND. */
  async removeNoted(address: MediaAddress, note: (tx: WriteTx) => Promise<void>): Promise<void> {
    const { database, files } = this.#options;
    const mediaId = this.#ownId(address);
    const storageName = await database.write(async (tx) => {
      const removed = await store.remove(tx, mediaId);
      if (removed === undefined) throw notFound('There is no such file');
      await note(tx);
      return removed;
    });
    await files.removeWithDerived(storageName);
  }

  /** A page of somebody's files. */
  async listUploads(query: uploads.UploadQuery): Promise<{
    readonly files: readonly uploads.UploadRow[];
    readonly total: number;
  }> {
    return uploads.listUploads(this.#options.database.reader, query);
  }

  /** A page of people with what their files take up. */
  async listUsage(query: uploads.UsageQuery): Promise<{
    readonly people: readonly uploads.UsageRow[];
    readonly total: number;
  }> {
    return uploads.listUsage(this.#options.database.reader, query);
  }

  /**
   * Removes files of a list, for an administrator: `note` belongs to the same transaction. The next start completes what a
   * crash interrupts.
   */
  async removeUploads(listed: readonly uploads.UploadRow[], note: (tx: WriteTx) => Promise<void>): Promise<void> {
    const { database, files } = this.#options;
    const mediaIds = listed.map((file) => file.media_id);
    for (const { storage_name: storageName } of listed) await files.doubt(storageName);
    await database.write(async (tx) => {
      await note(tx);
      await uploads.removeUploads(tx, mediaIds);
    });
    for (const { storage_name: storageName } of listed) await files.removeWithDerived(storageName);
  }

  /** An address for a file that follows. */
  async reserve(uploader: UserId): Promise<{ readonly contentUri: string; readonly expiresAtMs: number }> {
    const { database, clock, random } = this.#options;
    const nowMs = clock.nowMs();
    const mediaId = random.token(MEDIA_ID_BYTES);
    const expiresAtMs = nowMs + RESERVATION_LIFETIME_MS;
    await database.write(async (tx) => {
      await store.removeExpired(tx, uploader, nowMs);
      if ((await store.countReserved(tx, uploader)) >= MAX_RESERVATIONS) throw limitExceeded(RETRY_AFTER_MS);
      await store.insertReserved(tx, mediaId, uploader, nowMs, expiresAtMs);
    });
    return { contentUri: this.#uriOf(mediaId), expiresAtMs };
  }

  async uploadReserved(serverName: string, mediaId: string, upload: Upload): Promise<void> {
    const row = await this.#find(serverName, mediaId);
    if (row === undefined || this.#isExpired(row))
      throw notFound('This address was not reserved, or the reservation has run out');
    if (row.uploader !== upload.uploader) throw forbidden('Somebody else reserved this address');
    if (row.state === 'ready') throw cannotOverwrite();
    await this.#store(upload, async (tx, file) => {
      if (!(await store.fillReserved(tx, mediaId, file))) throw cannotOverwrite();
    });
    this.#arrivals.announce(mediaId);
  }

  async download(request: MediaRequest): Promise<Download> {
    const { files } = this.#options;
    const row = await this.#getReady(request);
    return {
      sizeBytes: row.size_bytes,
      contentType: row.content_type ?? DEFAULT_CONTENT_TYPE,
      fileName: row.file_name ?? undefined,
      open: (range) => files.read(row.storage_name, range),
    };
  }

  async thumbnail(request: MediaRequest, wish: ThumbnailWish): Promise<Download> {
    const { files } = this.#options;
    const row = await this.#getReady(request);
    const { storageName, sizeBytes, contentType } = await this.#pictures.find(row.storage_name, wish);
    return { sizeBytes, contentType, fileName: undefined, open: (range) => files.read(storageName, range) };
  }

  /** Writes the file, then its row; the file does not outlive a refusal. */
  async #store(upload: Upload, record: (tx: WriteTx, file: store.StoredFile) => Promise<void>): Promise<void> {
    const { files, database, maxUploadBytes, infoUri, quotaBytes = DEFAULT_QUOTA_BYTES } = this.#options;
    const { uploader, announcedBytes = 0 } = upload;
    if (announcedBytes > maxUploadBytes) throw tooLarge(`The file is larger than ${maxUploadBytes} bytes`);
    const usedBytes = await store.sumBytes(database.reader, uploader);
    if (usedBytes + announcedBytes > quotaBytes) throw outOfSpace(infoUri);
    if ((await files.freeBytes()) - announcedBytes < RESERVED_BYTES)
      throw new MatrixError(507, 'M_RESOURCE_LIMIT_EXCEEDED', 'The server has no space left for files', {
        admin_contact: infoUri,
      });
    const leftBytes = quotaBytes - usedBytes;
    const written = await files.write(upload.body, Math.min(maxUploadBytes, leftBytes)).catch((error: unknown) => {
      throw error instanceof MatrixError && leftBytes < maxUploadBytes ? outOfSpace(infoUri) : error;
    });
    try {
      await database.write((tx) =>
        record(tx, { ...written, contentType: upload.contentType ?? DEFAULT_CONTENT_TYPE, fileName: upload.fileName }),
      );
    } catch (error) {
      // Of another failure nobody knows whether the row is there: the next start finds out.
      if (error instanceof MatrixError) await files.remove(written.storageName);
      throw error;
    }
    await files.confirm(written.storageName);
  }

  async #getReady(
    request: MediaRequest,
  ): Promise<store.MediaRow & { readonly storage_name: string; readonly size_bytes: number }> {
    let row = await this.#find(request.serverName, request.mediaId);
    if (row?.state === 'reserved' && !this.#isExpired(row)) row = await this.#awaitUpload(request);
    if (row?.state === 'reserved' && !this.#isExpired(row))
      throw new MatrixError(504, 'M_NOT_YET_UPLOADED', 'This file was announced, but is not there yet');
    if (row === undefined || row.storage_name === null || row.size_bytes === null)
      throw notFound('There is no such file');
    return { ...row, storage_name: row.storage_name, size_bytes: row.size_bytes };
  }

  async #awaitUpload({
    serverName,
    mediaId,
    timeoutMs = DEFAULT_WAIT_MS,
    signal,
  }: MediaRequest): Promise<store.MediaRow | undefined> {
    const arrival = this.#arrivals.expect(mediaId, Math.min(timeoutMs, MAX_WAIT_MS), signal);
    try {
      const row = await this.#find(serverName, mediaId);
      if (row?.state !== 'reserved') return row;
      await arrival.promise;
      return await this.#find(serverName, mediaId);
    } finally {
      arrival.cancel();
    }
  }

  #ownId({ serverName, mediaId }: MediaAddress): string {
    if (serverName !== this.#options.serverName || !MEDIA_ID.test(mediaId)) throw notFound('There is no such file');
    return mediaId;
  }

  async #find(serverName: string, mediaId: string): Promise<store.MediaRow | undefined> {
    if (serverName !== this.#options.serverName || !MEDIA_ID.test(mediaId)) return undefined;
    return store.find(this.#options.database.reader, mediaId);
  }

  #isExpired(row: store.MediaRow): boolean {
    return row.state === 'reserved' && (row.expires_at ?? 0) <= this.#options.clock.nowMs();
  }

  #uriOf(mediaId: string): string {
    return `mxc://${this.#options.serverName}/${mediaId}`;
  }
}
