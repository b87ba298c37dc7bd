/**
 * A process of its own for decoding pictures from strangers: when it hangs or grows it is killed and nothing else suffers.
 * Reads requests from its parent, one at a time; answers each with `{ ok }`.
 */
import sharp from 'sharp';
import type { ThumbnailRequest } from './thumbnails.ts';

/** Pixels of the largest picture that is decoded, all frames together. */
const MAX_INPUT_PIXELS = 64_000_000;
/** Resident memory at which the process gives up, and how often it looks, ms. */
const MAX_MEMORY_BYTES = 768 * 1024 * 1024;
const LOOK_EVERY_MS = 50;

// The decoders of what `sniffImageType` knows, and no other.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadWebpFile',
  ],
});
sharp.cache(false);
sharp.concurrency(1);

/** PNG keeps transparency, WebP movement; everybody can read JPEG. Nothing of the original's metadata is copied. */
async function makeThumbnail(request: ThumbnailRequest): Promise<void> {
  const image = sharp(request.source, {
    limitInputPixels: MAX_INPUT_PIXELS,
    animated: request.animated,
    failOn: 'error',
  });
  const { hasAlpha, pages = 1 } = await image.metadata();
  const resized = image.autoOrient().resize(request.width, request.height, {
    fit: request.method === 'crop' ? 'cover' : 'inside',
    withoutEnlargement: true,
  });
  const encoded =
    pages > 1 && request.animated
      ? resized.webp({ quality: 80 })
      : hasAlpha
        ? resized.png()
        : resized.jpeg({ quality: 80 });
  await encoded.toFile(request.target);
}

process.on('message', (request: ThumbnailRequest) => {
  makeThumbnail(request).then(
    () => process.send?.({ ok: true }),
    () => process.send?.({ ok: false }),
  );
});

// Decoding happens beside this thread, which therefore has the time to look.
setInterval(() => {
  if (process.memoryUsage.rss() > MAX_MEMORY_BYTES) process.exit(1);
}, LOOK_EVERY_MS).unref();
process.on('disconnect', () => process.exit(0));
