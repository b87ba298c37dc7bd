export interface ThumbnailSize {
  readonly width: number;
  readonly height: number;
  readonly method: 'crop' | 'scale';
}

/** Only these are made, so that nobody fills the disk with sizes. https://spec.matrix.org/v1.19/client-server-api/#thumbnails */
const STANDARD_SIZES: readonly ThumbnailSize[] = [
  { width: 32, height: 32, method: 'crop' },
  { width: 96, height: 96, method: 'crop' },
  { width: 320, height: 240, method: 'scale' },
  { width: 640, height: 480, method: 'scale' },
  { width: 800, height: 600, method: 'scale' },
];

const LARGEST: ThumbnailSize = { width: 800, height: 600, method: 'scale' };

/** The smallest standard size that is at least as large as the wish, or the largest there is. */
export function standardSizeFor(wish: ThumbnailSize): ThumbnailSize {
  const fits = (size: ThumbnailSize): boolean => size.width >= wish.width && size.height >= wish.height;
  return (
    STANDARD_SIZES.find((size) => size.method === wish.method && fits(size)) ?? STANDARD_SIZES.find(fits) ?? LARGEST
  );
}
