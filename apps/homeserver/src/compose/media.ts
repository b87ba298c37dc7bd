import { FileStore, Media, Thumbnailer } from '../features/media/index.ts';
import type { Basis } from './basis.ts';

/** Bytes of the largest file, where nothing else is said. */
const DEFAULT_MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

/** Files that people share, and pictures made of them in a process of their own. */
export async function composeMedia({ database, clock, random, serverName, options }: Basis) {
  const thumbnailer = new Thumbnailer();
  const media = await Media.open({
    database,
    clock,
    random,
    serverName,
    thumbnailer,
    files: await FileStore.open(options.mediaDirectory, random),
    maxUploadBytes: options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES,
  });
  return { thumbnailer, media };
}

export type MediaGroup = Awaited<ReturnType<typeof composeMedia>>;
