import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { forbidden, MatrixError, notFound } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { FileStore } from './file-store.ts';
import { isDecodableImage, SNIFF_BYTES } from './image-type.ts';
import * as store from './store.ts';
import { standardSizeFor, type ThumbnailSize } from './thumbnail-sizes.ts';
import type { Thumbnailer } from './thumbnails.ts';

export interface Upload {
  readonly uploader: UserId;
  readonly body: Readable;
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
}

export interface Download {
  readonly body: Readable;
  readonly sizeBytes: number | undefined;
  readonly contentType: string;
  readonly fileName: string | undefined;
}

/** Bytes of random in a media id: an address cannot be guessed. */
const MEDIA_ID_BYTES = 24;
const RESERVATION_LIFETIME_MS = 24 * 60 * 60 * 1000;
const MAX_RESERVATIONS = 100;
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverName: ServerName;
  readonly files: FileStore;
  readonly thumbnailer: Thumbnailer;
  readonly maxUploadBytes: number;
}

/** Files that people share. In encrypted rooms they are ciphertext, which is stored and handed out as it is. */
export class Media {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  get maxUploadBytes(): number {
    return this.#dependencies.maxUploadBytes;
  }

  /** Resolves with the new address when the file is durable. */
  async upload(upload: Upload): Promise<string> {
    const { database, clock, random } = this.#dependencies;
    const file = await this.#store(upload);
    const mediaId = random.token(MEDIA_ID_BYTES);
    await database.write((tx) => store.insertReady(tx, mediaId, upload.uploader, clock.nowMs(), file));
    return this.#uriOf(mediaId);
  }

  async reserve(uploader: UserId): Promise<{ readonly contentUri: string; readonly expiresAtMs: number }> {
    const { database, clock, random } = this.#dependencies;
    const nowMs = clock.nowMs();
    const mediaId = random.token(MEDIA_ID_BYTES);
    const expiresAtMs = nowMs + RESERVATION_LIFETIME_MS;
    await database.write(async (tx) => {
      if ((await store.countReserved(tx, uploader, nowMs)) >= MAX_RESERVATIONS) {
        throw new MatrixError(429, 'M_LIMIT_EXCEEDED', 'Too many uploads were announced and not made');
      }
      await store.insertReserved(tx, mediaId, uploader, nowMs, expiresAtMs);
    });
    return { contentUri: this.#uriOf(mediaId), expiresAtMs };
  }

  async uploadReserved(serverName: string, mediaId: string, upload: Upload): Promise<void> {
    const { database, clock } = this.#dependencies;
    const row = serverName === this.#dependencies.serverName ? await store.find(database.reader, mediaId) : undefined;
    if (row === undefined) throw notFound('This address was not reserved');
    if (row.uploader !== upload.uploader) throw forbidden('Somebody else reserved this address');
    if (row.state === 'ready') throw new MatrixError(409, 'M_CANNOT_OVERWRITE_MEDIA', 'There is a file at this address already');
    const file = await this.#store(upload);
    const isFilled = await database.write((tx) => store.fillReserved(tx, mediaId, clock.nowMs(), file));
    if (isFilled) return;
    await this.#dependencies.files.remove(file.storageName);
    throw notFound('The reservation of this address has run out');
  }

  async download(serverName: string, mediaId: string): Promise<Download> {
    const row = await this.#getReady(serverName, mediaId);
    return {
      body: this.#dependencies.files.read(row.storage_name),
      sizeBytes: row.size_bytes ?? undefined,
      contentType: row.content_type ?? DEFAULT_CONTENT_TYPE,
      fileName: row.file_name ?? undefined,
    };
  }

  /** The smallest standard size that covers the wish; made once, kept beside the file. */
  async thumbnail(serverName: string, mediaId: string, wish: ThumbnailSize & { readonly animated: boolean }): Promise<Download> {
    const { files, thumbnailer } = this.#dependencies;
    const row = await this.#getReady(serverName, mediaId);
    const size = standardSizeFor(wish);
    const name = `${row.storage_name}-${size.width}x${size.height}-${size.method}${wish.animated ? '-animated' : ''}`;
    if (!(await files.exists(name))) {
      const isMade =
        isDecodableImage(await this.#readHead(row.storage_name)) &&
        (await thumbnailer.make({ ...size, animated: wish.animated, source: files.pathOf(row.storage_name), target: files.pathOf(name) }));
      if (!isMade) throw new MatrixError(400, 'M_UNKNOWN', 'There can be no thumbnail of this file');
    }
    return { body: files.read(name), sizeBytes: undefined, contentType: 'image/webp', fileName: undefined };
  }

  async #getReady(serverName: string, mediaId: string): Promise<store.MediaRow & { readonly storage_name: string }> {
    const { database, serverName: ownName, clock } = this.#dependencies;
    const row = serverName === ownName ? await store.find(database.reader, mediaId) : undefined;
    if (row?.state === 'reserved' && (row.expires_at ?? 0) > clock.nowMs()) {
      throw new MatrixError(504, 'M_NOT_YET_UPLOADED', 'This file was announced, but is not there yet');
    }
    if (row?.state !== 'ready' || row.storage_name === null) throw notFound('There is no such file');
    return { ...row, storage_name: row.storage_name };
  }

  async #store(upload: Upload): Promise<store.StoredFile> {
    const { files, maxUploadBytes } = this.#dependencies;
    const written = await files.write(upload.body, maxUploadBytes);
    return { ...written, contentType: upload.contentType ?? DEFAULT_CONTENT_TYPE, fileName: upload.fileName };
  }

  async #readHead(storageName: string): Promise<Uint8Array> {
    const file = await open(this.#dependencies.files.pathOf(storageName));
    try {
      return (await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0)).buffer;
    } finally {
      await file.close();
    }
  }

  #uriOf(mediaId: string): string {
    return `mxc://${this.#dependencies.serverName}/${mediaId}`;
  }
}
