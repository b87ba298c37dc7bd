import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPictureSize } from './picture-size.ts';

const picture = sharp({
  create: { width: 301, height: 107, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
});

test.each<[string, () => Promise<Buffer>]>([
  ['PNG', async () => picture.clone().png().toBuffer()],
  ['GIF', async () => picture.clone().gif().toBuffer()],
  [
    'JPEG',
    async () =>
      picture
        .clone()
        .withExif({ IFD0: { Artist: 'Anna' } })
        .jpeg()
        .toBuffer(),
  ],
  ['progressive JPEG', async () => picture.clone().jpeg({ progressive: true }).toBuffer()],
  ['WebP', async () => picture.clone().removeAlpha().webp().toBuffer()],
  ['WebP with transparency', async () => picture.clone().webp().toBuffer()],
  ['WebP without loss', async () => picture.clone().webp({ lossless: true }).toBuffer()],
])('the size of a %s is read from its header', async (_type, make) => {
  expect(readPictureSize(await make())).toEqual({ width: 301, height: 107 });
});

test('what is no picture, or ends early, has no size', async () => {
  expect(
    readPictureSize(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')),
  ).toBeUndefined();
  const jpeg = await picture.clone().jpeg().toBuffer();
  for (let size = 0; size < 100; size += 1) expect(readPictureSize(jpeg.subarray(0, size))).toBeUndefined();
  expect(readPictureSize(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(1_000_000)]))).toBeUndefined();
  expect(readPictureSize(Buffer.alloc(1_000_000, 0xff))).toBeUndefined();
});
