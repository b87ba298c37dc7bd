import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { SeededRandom } from '@stafette/testkit';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileStore, Thumbnailer } from './index.ts';
import { Pictures, type ThumbnailWish } from './pictures.ts';

const thumbnailer = new Thumbnailer();
let directory: string;
let files: FileStore;
let pictures: Pictures;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stafette-thumbnails-'));
  files = await FileStore.open(directory, new SeededRandom('thumbnails'));
  pictures = new Pictures(files, thumbnailer);
});
afterAll(async () => {
  thumbnailer.dispose();
  await rm(directory, { recursive: true });
});

const put = async (bytes: Uint8Array): Promise<string> => (await files.write(Readable.from([bytes]), 1e9)).storageName;
const small: ThumbnailWish = { width: 320, height: 240, method: 'scale', animated: false };
const thumbnailOf = async (bytes: Uint8Array, wish = small) => {
  const { storageName, contentType, sizeBytes } = await pictures.find(await put(bytes), wish);
  const made = await buffer(files.read(storageName));
  expect(made).toHaveLength(sizeBytes);
  return { contentType, made, metadata: await sharp(made, { animated: true }).metadata() };
};
const refusal = { status: 400, errcode: 'M_UNKNOWN' };

const picture = (channels: 3 | 4 = 3, size = { width: 1000, height: 500 }) =>
  sharp({ create: { ...size, channels, background: { r: 200, g: 30, b: 30, alpha: 0.5 } } });
/** Two pictures, one below the other, that are shown in turn. */
const moving = async (): Promise<Sharp> => {
  const frames = await Promise.all(
    ['red', 'blue'].map((background) =>
      sharp({ create: { width: 400, height: 400, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } });
};

/** A PNG that says how large it is, and has nothing to show for it. */
function hollowPng(width: number, height: number): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', randomBytes(100)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a thumbnail', () => {
  test.each<[string, () => Promise<Buffer>, string]>([
    ['a JPEG', async () => picture().jpeg().toBuffer(), 'image/jpeg'],
    ['a PNG', async () => picture().png().toBuffer(), 'image/jpeg'],
    ['a transparent PNG', async () => picture(4).png().toBuffer(), 'image/png'],
    ['a WebP', async () => picture().webp().toBuffer(), 'image/jpeg'],
    ['a GIF', async () => picture(4).gif().toBuffer(), 'image/png'],
  ])('of %s is made in a type that everybody reads, within its size', async (_what, make, contentType) => {
    const made = await thumbnailOf(await make());
    expect(made).toMatchObject({ contentType, metadata: { width: 320, height: 160 } });
  });

  test('is cropped when that is wished, and never larger than its picture', async () => {
    const crop: ThumbnailWish = { width: 32, height: 32, method: 'crop', animated: false };
    expect((await thumbnailOf(await picture().png().toBuffer(), crop)).metadata).toMatchObject({
      width: 32,
      height: 32,
    });
    expect((await thumbnailOf(await picture(3, { width: 20, height: 10 }).png().toBuffer())).metadata).toMatchObject({
      width: 20,
      height: 10,
    });
  });

  test('moves only when that is wished', async () => {
    for (const bytes of [await (await moving()).gif().toBuffer(), await (await moving()).webp().toBuffer()]) {
      expect(await thumbnailOf(bytes, { ...small, animated: true })).toMatchObject({
        contentType: 'image/webp',
        metadata: { pages: 2 },
      });
      expect((await thumbnailOf(bytes)).metadata.pages ?? 1).toBe(1);
    }
  });

  test('stands upright and says nothing about where the picture was taken', async () => {
    const bytes = await picture()
      .withExif({ IFD0: { Artist: 'Anna' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { made, metadata } = await thumbnailOf(bytes);
    expect(metadata).toMatchObject({ width: 120, height: 240 });
    expect(metadata.exif).toBeUndefined();
    expect(made.includes('Anna')).toBe(false);
  });

  test('is made once for many who ask at the same time', async () => {
    const source = await put(await picture().png().toBuffer());
    const found = await Promise.all(Array.from({ length: 20 }, async () => pictures.find(source, small)));
    expect(new Set(found.map((thumbnail) => thumbnail.storageName)).size).toBe(1);
  });
});

describe('no thumbnail', () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd" width="10" height="10"/></svg>',
  );

  test.each<[string, () => Promise<Buffer>]>([
    ['of ciphertext', async () => randomBytes(5000)],
    ['of an empty file', async () => Buffer.alloc(0)],
    ['of an SVG', async () => svg],
    ['of a TIFF', async () => picture().tiff().toBuffer()],
    ['of an AVIF', async () => picture(3, { width: 16, height: 16 }).avif().toBuffer()],
    ['of a script that begins like a GIF', async () => Buffer.from('GIF89a/*<svg onload="alert(1)">*/=1;alert(1)')],
    ['of an SVG that begins like a PNG', async () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), svg])],
    [
      'of a picture that breaks off',
      async () => (await picture(4).png({ compressionLevel: 0 }).toBuffer()).subarray(0, 1000),
    ],
    ['of a picture of 60,000 by 60,000', async () => hollowPng(60_000, 60_000)],
    ['of a picture that is one long line', async () => hollowPng(2 ** 31 - 1, 1)],
  ])('is made %s, and the next picture is', async (_what, make) => {
    await expect(thumbnailOf(await make())).rejects.toMatchObject(refusal);
    expect(await thumbnailOf(await picture().png().toBuffer())).toMatchObject({ contentType: 'image/jpeg' });
  });

  test('is tried twice of the same file', async () => {
    const source = await put(hollowPng(60_000, 60_000));
    await expect(pictures.find(source, small)).rejects.toMatchObject(refusal);
    thumbnailer.dispose();
    await expect(pictures.find(source, small)).rejects.toMatchObject(refusal);
    expect(thumbnailer.workerPid).toBeUndefined();
  });
});

test('a decoder that is killed while it works or rests is replaced', async () => {
  await thumbnailOf(await picture().png().toBuffer());
  const resting = thumbnailer.workerPid ?? expect.unreachable();
  process.kill(resting, 'SIGKILL');
  expect(await thumbnailOf(await picture().png().toBuffer())).toMatchObject({ contentType: 'image/jpeg' });
  const working = thumbnailer.workerPid ?? expect.unreachable();
  expect(working).not.toBe(resting);
  const waiting = [1, 2, 3].map(async () => thumbnailOf(await picture().png().toBuffer()));
  process.kill(working, 'SIGKILL');
  for (const thumbnail of await Promise.all(waiting)) expect(thumbnail).toMatchObject({ contentType: 'image/jpeg' });
});
