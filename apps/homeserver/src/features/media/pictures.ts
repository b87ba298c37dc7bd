import { limitExceeded, MatrixError } from '@stafette/contracts';
import type { FileStore } from './file-store.ts';
import { sniffImageType } from './image-type.ts';
import { standardSizeFor, type ThumbnailSize } from './thumbnail-sizes.ts';
import type { Thumbnailer } from './thumbnails.ts';

export interface ThumbnailWish extends ThumbnailSize {
  readonly animated: boolean;
}

export interface Thumbnail {
  readonly storageName: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** Pictures that wait for the decoder; beyond, the client is asked to come back. */
const MAX_WAITING = 200;
const RETRY_AFTER_MS = 2_000;
/** Files that are remembered as no pictures, so that one that costs the decoder its life costs it once. */
const MAX_REMEMBERED = 10_000;

const noThumbnail = (): MatrixError => new MatrixError(400, 'M_UNKNOWN', 'There can be no thumbnail of this file');

/** Thumbnails of stored files: made when first asked for, kept beside the file. */
export class Pictures {
  readonly #files: FileStore;
  readonly #thumbnailer: Thumbnailer;
  readonly #making = new Map<string, Promise<void>>();
  readonly #notPictures = new Set<string>();

  constructor(files: FileStore, thumbnailer: Thumbnailer) {
    this.#files = files;
    this.#thumbnailer = thumbnailer;
  }

  /** The smallest standard size that covers the wish. Throws M_UNKNOWN for what is no picture. */
  async find(storageName: string, wish: ThumbnailWish): Promise<Thumbnail> {
    const { width, height, method } = standardSizeFor(wish);
    const name = [storageName, `${width}x${height}`, method, ...(wish.animated ? ['animated'] : [])].join('.');
    const present = await this.#inspect(name);
    if (present !== undefined) return present;
    if (this.#notPictures.has(storageName)) throw noThumbnail();
    if (!this.#making.has(name)) {
      if (this.#making.size >= MAX_WAITING) throw limitExceeded(RETRY_AFTER_MS);
      this.#making.set(
        name,
        this.#make(storageName, name, { width, height, method, animated: wish.animated }).finally(() =>
          this.#making.delete(name),
        ),
      );
    }
    await this.#making.get(name);
    const made = await this.#inspect(name);
    if (made === undefined) throw noThumbnail();
    return made;
  }

  async #make(source: string, name: string, like: ThumbnailWish): Promise<void> {
    const original = await this.#files.inspect(source);
    const target = this.#files.temporaryPath();
    const isMade =
      original !== undefined &&
      sniffImageType(original.head) !== undefined &&
      (await this.#thumbnailer.make({ ...like, source: this.#files.pathOf(source), target }));
    if (isMade) return this.#files.adopt(target, name);
    await this.#files.removeTemporary(target);
    if (this.#notPictures.size >= MAX_REMEMBERED) this.#notPictures.clear();
    this.#notPictures.add(source);
  }

  async #inspect(storageName: string): Promise<Thumbnail | undefined> {
    const file = await this.#files.inspect(storageName);
    const contentType = file && sniffImageType(file.head);
    return contentType && { storageName, sizeBytes: file.sizeBytes, contentType };
  }
}
