import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parseServerName, type UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { FileStore, Media, Thumbnailer } from './index.ts';
import type { Upload } from './service.ts';

const serverName = parseServerName('test.example') ?? expect.unreachable();
const anna = '@anna:test.example' as UserId;
const bernd = '@bernd:test.example' as UserId;
const HOUR_MS = 60 * 60 * 1000;
const clock = new MovableClock();
const random = new SeededRandom('media');
const { signal } = new AbortController();

let testDatabase: TestDatabase;
let directory: string;
let files: FileStore;
const thumbnailer = new Thumbnailer();
const open = async (limits: { maxUploadBytes?: number; quotaBytes?: number } = {}): Promise<Media> =>
  Media.open({
    database: testDatabase.database,
    clock,
    random,
    serverName,
    files,
    thumbnailer,
    maxUploadBytes: 1000,
    infoUri: 'https://test.example',
    ...limits,
  });
let media: Media;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'stafette-media-'));
  files = await FileStore.open(directory, random);
});
beforeEach(async () => {
  media = await open();
});
afterAll(async () => {
  thumbnailer.dispose();
  await testDatabase.drop();
  await rm(directory, { recursive: true });
});

const upload = (bytes: Uint8Array, change: Partial<Upload> = {}): Upload => ({
  uploader: anna,
  body: Readable.from([bytes]),
  announcedBytes: undefined,
  contentType: 'text/plain',
  fileName: 'a.txt',
  ...change,
});
const idOf = (uri: string): string => uri.slice(`mxc://${serverName}/`.length);
const get = (mediaId: string, timeoutMs = 0) => media.download({ serverName, mediaId, timeoutMs, signal });
const listFiles = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('a file that the disk has no room for is refused with an address to turn to', async () => {
  const limits = { maxUploadBytes: Number.MAX_SAFE_INTEGER, quotaBytes: Number.MAX_SAFE_INTEGER };
  const large = upload(randomBytes(1), { announcedBytes: 2 ** 52 });
  await expect((await open(limits)).upload(large)).rejects.toMatchObject({
    errcode: 'M_RESOURCE_LIMIT_EXCEEDED',
    extra: { admin_contact: 'https://test.example' },
  });
});

describe('an uploaded file', () => {
  test('comes back bit for bit, whole or in part, with its name and type', async () => {
    const bytes = randomBytes(1000);
    const mediaId = idOf(await media.upload(upload(bytes)));
    expect(mediaId).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const download = await get(mediaId);
    expect(download).toMatchObject({ sizeBytes: 1000, contentType: 'text/plain', fileName: 'a.txt' });
    expect(await buffer(download.open())).toEqual(bytes);
    expect(await buffer(download.open({ start: 10, end: 19 }))).toEqual(bytes.subarray(10, 20));
  });

  test('may have the largest size and not a byte more, whatever was announced; nothing is kept of what is refused', async () => {
    const before = (await listFiles()).length;
    await media.upload(upload(randomBytes(1000)));
    for (const announcedBytes of [undefined, 10, 1001]) {
      await expect(media.upload(upload(randomBytes(1001), { announcedBytes }))).rejects.toMatchObject({
        status: 413,
        errcode: 'M_TOO_LARGE',
      });
    }
    expect(await listFiles()).toHaveLength(before + 1);
  });

  test('that breaks off leaves nothing', async () => {
    const before = await listFiles();
    const broken = async function* (): AsyncIterable<Buffer> {
      yield randomBytes(10);
      throw new Error('the client went away');
    };
    await expect(media.upload(upload(randomBytes(0), { body: Readable.from(broken()) }))).rejects.toThrow('went away');
    expect(await listFiles()).toEqual(before);
  });

  test('counts against the quota of its owner alone', async () => {
    const carla = '@carla:test.example' as UserId;
    const narrow = await open({ quotaBytes: 1500 });
    await narrow.upload(upload(randomBytes(1000), { uploader: carla }));
    await expect(
      narrow.upload(upload(randomBytes(600), { uploader: carla, announcedBytes: 600 })),
    ).rejects.toMatchObject({
      status: 403,
      errcode: 'M_USER_LIMIT_EXCEEDED',
      extra: { info_uri: 'https://test.example' },
    });
    await expect(narrow.upload(upload(randomBytes(600), { uploader: carla }))).rejects.toMatchObject({
      errcode: 'M_USER_LIMIT_EXCEEDED',
    });
    await narrow.upload(upload(randomBytes(500), { uploader: carla }));
    await narrow.upload(upload(randomBytes(600), { uploader: '@dora:test.example' as UserId }));
  });

  test.each(['..', '../../etc/passwd', '%2e%2e', 'a\0b', '', 'a'.repeat(1024), 'a/b', 'unknown'])(
    'is not found under %j',
    async (mediaId) => {
      await expect(get(mediaId)).rejects.toMatchObject({ status: 404, errcode: 'M_NOT_FOUND' });
    },
  );

  test('is not found under the name of another server', async () => {
    const mediaId = idOf(await media.upload(upload(randomBytes(1))));
    expect(await get(mediaId)).toMatchObject({ sizeBytes: 1 });
    await expect(media.download({ serverName: 'other.example', mediaId, signal })).rejects.toMatchObject({
      errcode: 'M_NOT_FOUND',
    });
  });
});

test('a picture of the server itself is stored for nobody, and removed with its thumbnails', async () => {
  const before = await listFiles();
  const large = await open({ maxUploadBytes: 100_000 });
  const png = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'green' } })
    .png()
    .toBuffer();
  expect(await large.storeOwn(Buffer.from('no picture'))).toBeUndefined();
  const { mediaId, ...own } = (await large.storeOwn(png)) ?? expect.unreachable();
  expect(own).toMatchObject({ width: 400, height: 300, contentType: 'image/png', sizeBytes: png.length });
  const wish = { width: 32, height: 32, method: 'crop', animated: false } as const;
  await large.thumbnail({ serverName, mediaId, signal }, wish);
  expect(await listFiles()).toHaveLength(before.length + 2);
  await large.remove(mediaId);
  expect((await listFiles()).toSorted()).toEqual(before.toSorted());
  await expect(get(mediaId)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
});

describe('a reserved address', () => {
  test('is filled once, by whoever reserved it, before it runs out', async () => {
    const { contentUri, expiresAtMs } = await media.reserve(anna);
    const mediaId = idOf(contentUri);
    expect(expiresAtMs).toBe(clock.nowMs() + 24 * HOUR_MS);
    await expect(get(mediaId)).rejects.toMatchObject({ status: 504, errcode: 'M_NOT_YET_UPLOADED' });
    await expect(
      media.uploadReserved(serverName, mediaId, upload(randomBytes(1), { uploader: bernd })),
    ).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' });
    await media.uploadReserved(serverName, mediaId, upload(randomBytes(7)));
    expect(await get(mediaId)).toMatchObject({ sizeBytes: 7 });
    await expect(media.uploadReserved(serverName, mediaId, upload(randomBytes(8)))).rejects.toMatchObject({
      status: 409,
      errcode: 'M_CANNOT_OVERWRITE_MEDIA',
    });

    const late = idOf((await media.reserve(anna)).contentUri);
    clock.advance(25 * HOUR_MS);
    await expect(get(late)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
    await expect(media.uploadReserved(serverName, late, upload(randomBytes(1)))).rejects.toMatchObject({
      errcode: 'M_NOT_FOUND',
    });
  });

  test('takes one of two uploads that arrive at once and keeps no file of the other', async () => {
    const before = (await listFiles()).length;
    const mediaId = idOf((await media.reserve(anna)).contentUri);
    const uploads = await Promise.allSettled(
      [1, 2].map(async (size) => media.uploadReserved(serverName, mediaId, upload(randomBytes(size)))),
    );
    expect(uploads.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await listFiles()).toHaveLength(before + 1);
  });

  test('makes readers wait until the file is there or they go away', async () => {
    const mediaId = idOf((await media.reserve(anna)).contentUri);
    const gone = new AbortController();
    const patient = get(mediaId, 30_000);
    const leaving = media.download({ serverName, mediaId, timeoutMs: 30_000, signal: gone.signal });
    gone.abort();
    await expect(leaving).rejects.toMatchObject({ errcode: 'M_NOT_YET_UPLOADED' });
    await media.uploadReserved(serverName, mediaId, upload(randomBytes(5)));
    expect(await patient).toMatchObject({ sizeBytes: 5 });
  });

  test('can be had a hundred times at once, and again when the old ones have run out', async () => {
    const dora = '@dora:test.example' as UserId;
    for (let n = 0; n < 100; n += 1) await media.reserve(dora);
    await expect(media.reserve(dora)).rejects.toMatchObject({ status: 429, errcode: 'M_LIMIT_EXCEEDED' });
    clock.advance(25 * HOUR_MS);
    await media.reserve(dora);
  });
});

test('what a crash left behind is cleared away at the start, and nothing else', async () => {
  const kept = idOf(await media.upload(upload(Buffer.from('kept'))));
  const before = await listFiles();
  const half = join(directory, 'incoming', 'half');
  await writeFile(half, 'half a file');
  // Written and named, but the row was not committed.
  const { storageName } = await files.write(Readable.from([Buffer.from('no row')]), 100);
  expect(await listFiles()).toHaveLength(before.length + 3);
  // Committed, but the confirmation did not come to it.
  const row = await testDatabase.database.reader.find<{ storage_name: string }>(
    sql`select storage_name from media where media_id = ${kept}`,
  );
  await writeFile(join(directory, 'incoming', `${row?.storage_name}.unrecorded`), '');
  await open();
  expect((await listFiles()).toSorted()).toEqual(before.toSorted());
  expect(await files.inspect(storageName)).toBeUndefined();
  expect(await buffer((await get(kept)).open())).toEqual(Buffer.from('kept'));
});
