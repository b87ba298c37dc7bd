import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { tooLarge } from '@stafette/contracts';
import type { Random } from '../../platform/random.ts';

export interface WrittenFile {
  readonly storageName: string;
  readonly sizeBytes: number;
  readonly sha256: Uint8Array;
}

/** Bytes of random in a storage name: it cannot be guessed and never repeats. */
const NAME_BYTES = 24;

/**
 * Files in a local directory, named by the server itself. A file is complete, synced and under its final name before
 * anybody hears of it; what a crash leaves behind is an unnamed temporary file.
 */
export class FileStore {
  readonly #directory: string;
  readonly #random: Random;

  constructor(directory: string, random: Random) {
    this.#directory = directory;
    this.#random = random;
  }

  /** Throws M_TOO_LARGE as soon as the limit is passed; nothing is kept then. */
  async write(source: Readable, limitBytes: number): Promise<WrittenFile> {
    const storageName = this.#random.token(NAME_BYTES);
    const path = this.#pathOf(storageName);
    const temporary = `${path}.part`;
    await mkdir(join(path, '..'), { recursive: true });
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) throw tooLarge(`The file is larger than ${limitBytes} bytes`);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      await file.close();
      await rename(temporary, path);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
    return { storageName, sizeBytes, sha256: hash.digest() };
  }

  read(storageName: string, range?: { readonly start: number; readonly end: number }): Readable {
    return createReadStream(this.#pathOf(storageName), range);
  }

  /** Where a file lies, for a process that reads it itself. */
  pathOf(storageName: string): string {
    return this.#pathOf(storageName);
  }

  async exists(storageName: string): Promise<boolean> {
    return stat(this.#pathOf(storageName)).then(
      () => true,
      () => false,
    );
  }

  async remove(storageName: string): Promise<void> {
    await rm(this.#pathOf(storageName), { force: true });
  }

  #pathOf(storageName: string): string {
    return join(this.#directory, storageName.slice(0, 2), storageName.slice(2));
  }
}
