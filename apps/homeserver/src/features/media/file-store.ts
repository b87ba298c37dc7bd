import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { tooLarge } from '@stafette/contracts';
import type { Random } from '../../platform/random.ts';
import type { ByteRange } from './byte-range.ts';
import { SNIFF_BYTES } from './image-type.ts';

export interface WrittenFile {
  readonly storageName: string;
  readonly sizeBytes: number;
  readonly sha256: Uint8Array;
}

/** Bytes of random in a storage name: it cannot be guessed and never repeats. */
const NAME_BYTES = 24;
/** Files lie in folders of this many characters of their names, 4096 at most. */
const FOLDER_CHARS = 2;
const INCOMING = 'incoming';
/** Ends the name of an empty file beside those that come in: its file has its final name, and no row maybe. */
const UNRECORDED = '.unrecorded';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A renamed file survives a power cut once its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Files in a local directory, named by the server itself. A file is complete, synced and under its final name before
 * anybody hears of it. What is not finished is noted in one folder, so that a start after a crash knows what to remove
 * without looking at any other file.
 */
export class FileStore {
  readonly #directory: string;
  readonly #random: Random;

  private constructor(directory: string, random: Random) {
    this.#directory = directory;
    this.#random = random;
  }

  static async open(directory: string, random: Random): Promise<FileStore> {
    await mkdir(join(directory, INCOMING), { recursive: true, mode: 0o700 });
    return new FileStore(directory, random);
  }

  /**
   * Throws M_TOO_LARGE as soon as the limit is passed; nothing is kept then, and the rest of the source is read away. The
   * file counts as interrupted until it is confirmed.
   */
  async write(source: Readable, limitBytes: number): Promise<WrittenFile> {
    const storageName = this.#random.token(NAME_BYTES);
    const temporary = this.temporaryPath();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          sizeBytes += chunk.length;
          if (sizeBytes > limitBytes) throw tooLarge(`The file is larger than ${limitBytes} bytes`);
          hash.update(chunk);
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await this.doubt(storageName);
      await this.adopt(temporary, storageName);
    } catch (error) {
      source.resume();
      await this.removeTemporary(temporary);
      throw error;
    }
    return { storageName, sizeBytes, sha256: hash.digest() };
  }

  /** The file may have no record: if that is so at the next start, it goes. */
  async doubt(storageName: string): Promise<void> {
    await writeFile(this.#noteOf(storageName), '');
  }

  /** The file is recorded: from now on it stays. */
  async confirm(storageName: string): Promise<void> {
    await rm(this.#noteOf(storageName), { force: true });
  }

  /** Files that a crash left without confirmation, recorded or not. */
  async listInterrupted(): Promise<readonly string[]> {
    const notes = await readdir(join(this.#directory, INCOMING));
    return notes.filter((name) => name.endsWith(UNRECORDED)).map((name) => name.slice(0, -UNRECORDED.length));
  }

  /** Drops everything that is not finished. For the start, when nobody uploads yet. */
  async clearIncoming(): Promise<void> {
    for (const name of await readdir(join(this.#directory, INCOMING)))
      await rm(join(this.#directory, INCOMING, name), { recursive: true, force: true });
  }

  /** Where a file can be made that {@link adopt} then takes in. */
  temporaryPath(): string {
    return join(this.#directory, INCOMING, this.#random.token(NAME_BYTES));
  }

  /** Gives a finished file its name, for good. */
  async adopt(temporaryPath: string, storageName: string): Promise<void> {
    const path = this.pathOf(storageName);
    const isNewFolder = (await mkdir(dirname(path), { recursive: true, mode: 0o700 })) !== undefined;
    await rename(temporaryPath, path);
    await syncFolder(dirname(path));
    if (isNewFolder) await syncFolder(this.#directory);
  }

  async removeTemporary(temporaryPath: string): Promise<void> {
    await rm(temporaryPath, { force: true });
  }

  read(storageName: string, range?: ByteRange): Readable {
    return createReadStream(this.pathOf(storageName), range);
  }

  /** The size of a file and how it begins; undefined when there is none. */
  async inspect(storageName: string): Promise<{ readonly sizeBytes: number; readonly head: Uint8Array } | undefined> {
    try {
      const file = await open(this.pathOf(storageName));
      try {
        const { size } = await file.stat();
        return { sizeBytes: size, head: (await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0)).buffer };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(storageName: string): Promise<void> {
    await rm(this.pathOf(storageName), { force: true });
    await this.confirm(storageName);
  }

  /** Removes a file and those whose names begin with its name: its thumbnails. */
  async removeWithDerived(storageName: string): Promise<void> {
    const path = this.pathOf(storageName);
    const names = await readdir(dirname(path)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const name of names) if (name.startsWith(basename(path))) await rm(join(dirname(path), name), { force: true });
    await this.confirm(storageName);
  }

  /** Bytes that the disk has left. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#directory);
    return bavail * bsize;
  }

  /** Where a file lies, for a process that reads it itself. */
  pathOf(storageName: string): string {
    return join(this.#directory, storageName.slice(0, FOLDER_CHARS), storageName.slice(FOLDER_CHARS));
  }
  #noteOf(storageName: string): string {
    return join(this.#directory, INCOMING, storageName + UNRECORDED);
  }
}
