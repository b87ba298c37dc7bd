import { FileStore, Media, MediaModeration, Thumbnailer } from '../features/media/index.ts';
import { UrlPreviews } from '../features/url-previews/index.ts';
import type { Basis } from './basis.ts';

/** Bytes of the largest file, where nothing else is said. */
const DEFAULT_MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

/** Files that people share, and pictures made of them in a process of their own. */
export async function composeMedia({ database, clock, random, serverName, outbound, options }: Basis) {
  const thumbnailer = new Thumbnailer();
  const media = await Media.open({
    database,
    clock,
    random,
    serverName,
    thumbnailer,
    files: await FileStore.open(options.mediaDirectory, random),
    maxUploadBytes: options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES,
    ...(options.maxMediaBytesPerUser === undefined ? {} : { quotaBytes: options.maxMediaBytesPerUser }),
    infoUri: options.publicUrl ?? `https://${serverName}`,
  });
  const urlPreviews = new UrlPreviews({
    database,
    clock,
    outbound,
    filter: options.urlPreviews,
    storePicture: async (bytes) => media.storeOwn(bytes),
    removePicture: async (mediaId) => media.remove(mediaId),
  });
  return { thumbnailer, media, mediaModeration: new MediaModeration({ database, serverName }), urlPreviews };
}

export type MediaGroup = Awaited<ReturnType<typeof composeMedia>>;
