/**
 * A process of its own for decoding pictures from strangers: when it hangs or grows it is killed and nothing else suffers.
 * Reads requests from its parent, one at a time; answers each with `{ ok }`.
 */
import sharp from 'sharp';
import type { ThumbnailRequest } from './thumbnails.ts';

/** Decoders for what `sniffImageType` lets through; the rest of the library is switched off. */
sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadTiff', 'VipsForeignLoadPdf', 'VipsForeignLoadMagick'] });
sharp.cache(false);
sharp.concurrency(1);

/** Pixels of the largest picture that is decoded, all frames together. */
const MAX_INPUT_PIXELS = 100_000_000;

async function makeThumbnail(request: ThumbnailRequest): Promise<void> {
  const image = sharp(request.source, { limitInputPixels: MAX_INPUT_PIXELS, animated: request.animated, failOn: 'error' });
  await image
    .rotate()
    .resize(request.width, request.height, {
      fit: request.method === 'crop' ? 'cover' : 'inside',
      withoutEnlargement: true,
    })
    .webp({ quality: 80 })
    .toFile(request.target);
}

process.on('message', (request: ThumbnailRequest) => {
  makeThumbnail(request).then(
    () => process.send?.({ ok: true }),
    () => process.send?.({ ok: false }),
  );
});
