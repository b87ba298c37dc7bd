import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Notifier } from '../../streams/notifier.ts';
import { CrossSigning } from '../cross-signing/index.ts';
import { DeviceLists } from '../device-lists/index.ts';
import { protocolCrypto } from '../server-keys/index.ts';
import { DeviceKeys, type KeyUpload } from './service.ts';

const anna = '@anna:test' as UserId;
const phone = 'PHONE' as DeviceId;
const ALGORITHM = 'signed_curve25519';
const nothing = { deviceKeys: undefined, oneTimeKeys: {}, fallbackKeys: {} };
const oneTimeKeys = (count: number, prefix = 'k'): Record<string, { key: string }> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${ALGORITHM}:${prefix}${index}`, { key: `${prefix}${index}` }]),
  );

let testDatabase: TestDatabase;
let newService: () => DeviceKeys;
let deviceKeys: DeviceKeys;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const deviceLists = await DeviceLists.open({
    database: testDatabase.database,
    notifier: new Notifier(),
    roomEvents: { usersSharingRooms: async (userId) => new Set([userId]) },
    companions: {
      findSince: async () => ({ cameTogether: new Set(), parted: new Set() }),
      findSharing: async () => new Set(),
    },
  });
  const crossSigning = new CrossSigning({
    database: testDatabase.database,
    clock: new MovableClock(),
    deviceLists,
    crypto: protocolCrypto,
  });
  newService = () => new DeviceKeys({ database: testDatabase.database, deviceLists, crossSigning });
  deviceKeys = newService();
});
afterAll(async () => testDatabase.drop());

const claimsOf = (deviceId: DeviceId, count: number) =>
  Array.from({ length: count }, () => ({ userId: anna, deviceId, algorithm: ALGORITHM }));
const claimOf = (deviceId: DeviceId) => claimsOf(deviceId, 1);

describe('one-time keys', () => {
  test('are handed out once each under parallel claims, then the fallback key', async () => {
    await deviceKeys.upload(anna, phone, {
      ...nothing,
      oneTimeKeys: oneTimeKeys(200),
      fallbackKeys: { [`${ALGORITHM}:fallback`]: { key: 'f' } },
    });
    const claims = await Promise.all(Array.from({ length: 300 }, () => deviceKeys.claim(claimOf(phone))));
    const ids = claims.flatMap((claimed) => claimed.map((key) => key.keyId));
    const oneTime = ids.filter((id) => !id.endsWith(':fallback'));
    expect(ids).toHaveLength(300);
    expect(oneTime).toHaveLength(200);
    expect(new Set(oneTime).size).toBe(200);
    expect(await deviceKeys.counts(anna, phone)).toEqual({ oneTimeKeys: { [ALGORITHM]: 0 }, unusedFallbackTypes: [] });
  });

  test('are handed out once each also when claims overlap, as after a lost connection', async () => {
    const device = 'OVERLAPPING' as DeviceId;
    await deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: oneTimeKeys(1000) });
    const claimAll = async (service: DeviceKeys): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let n = 0; n < 400; n += 1) ids.push(...(await service.claim(claimOf(device))).map(({ keyId }) => keyId));
      return ids;
    };
    const claimed = (await Promise.all([claimAll(newService()), claimAll(newService())])).flat();
    expect(claimed.length).toBeGreaterThanOrEqual(400);
    expect(new Set(claimed).size).toBe(claimed.length);
  });

  test('are handed out in the order of their upload', async () => {
    const device = 'ORDERED' as DeviceId;
    await deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: { [`${ALGORITHM}:z`]: { key: '1' } } });
    await deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: { [`${ALGORITHM}:a`]: { key: '2' } } });
    expect((await deviceKeys.claim(claimOf(device)))[0]?.keyId).toBe(`${ALGORITHM}:z`);
    expect((await deviceKeys.claim(claimOf(device)))[0]?.keyId).toBe(`${ALGORITHM}:a`);
  });

  test('may be uploaded twice alike, but not under a used id with other content', async () => {
    const device = 'TWICE' as DeviceId;
    const first = { ...nothing, oneTimeKeys: oneTimeKeys(3) };
    expect(await deviceKeys.upload(anna, device, first)).toEqual({ [ALGORITHM]: 3 });
    expect(await deviceKeys.upload(anna, device, first)).toEqual({ [ALGORITHM]: 3 });
    const other = { ...nothing, oneTimeKeys: { [`${ALGORITHM}:k0`]: { key: 'another' } } };
    await expect(deviceKeys.upload(anna, device, other)).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('of one request may come from several uploads, and none of them is lost or comes twice', async () => {
    const device = 'SEVERAL' as DeviceId;
    for (const prefix of ['a', 'b', 'c'])
      await deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: oneTimeKeys(40, prefix) });
    const claimed = await Promise.all([1, 47, 60, 20].map(async (count) => deviceKeys.claim(claimsOf(device, count))));
    const expected = ['a', 'b', 'c'].flatMap((prefix) => Object.keys(oneTimeKeys(40, prefix)));
    expect(claimed.flat().map(({ keyId }) => keyId)).toEqual(expected);
  });

  test('that are uploaded again are refused or passed over while they are there, and new when they are not', async () => {
    const device = 'AGAIN' as DeviceId;
    const again = async (keys: Record<string, { key: string }>): Promise<unknown> =>
      deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: keys }).catch((error: unknown) => error);
    await again(oneTimeKeys(20));
    await deviceKeys.claim(claimsOf(device, 2));
    // The first two belong to others: the device may have lost count, but who sends them again means them.
    expect(await again(oneTimeKeys(22))).toEqual({ [ALGORITHM]: 22 });
    expect(await again({ [`${ALGORITHM}:k19`]: { key: 'another' }, ...oneTimeKeys(1, 'lost') })).toMatchObject({
      errcode: 'M_INVALID_PARAM',
    });
    expect(await again({ [`other:k19`]: { key: 'another' } })).toEqual({ [ALGORITHM]: 22, other: 1 });
    const left = await deviceKeys.claim(claimsOf(device, 30));
    const [given, ...kept] = [Object.keys(oneTimeKeys(2)), ...Object.keys(oneTimeKeys(20)).slice(2)];
    expect(left.map(({ keyId }) => keyId)).toEqual([...kept, ...given, `${ALGORITHM}:k20`, `${ALGORITHM}:k21`]);
  });

  test('of many devices at once are added each by itself: what one is refused for does not harm the others', async () => {
    const devices = Array.from({ length: 40 }, (_, index) => `MANY${index}` as DeviceId);
    await deviceKeys.upload(anna, 'MANY7' as DeviceId, {
      ...nothing,
      oneTimeKeys: { [`${ALGORITHM}:k0`]: { key: 'x' } },
    });
    const uploads = await Promise.allSettled(
      devices.flatMap((device) => [
        deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: oneTimeKeys(3) }),
        deviceKeys.upload(anna, device, { ...nothing, oneTimeKeys: oneTimeKeys(2, 'more') }),
      ]),
    );
    const refused = uploads.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(refused).toEqual([14]);
    const counts = await Promise.all(devices.map((device) => deviceKeys.counts(anna, device)));
    const expected = devices.map((device) => (device === 'MANY7' ? 3 : 5));
    expect(counts.map(({ oneTimeKeys: left }) => left[ALGORITHM])).toEqual(expected);
  });

  test('of an unknown device or algorithm are not invented', async () => {
    expect(await deviceKeys.claim(claimOf('NOBODY' as DeviceId))).toEqual([]);
  });
});

describe('fallback keys', () => {
  test('are one for each algorithm, and unused again only when they are new ones', async () => {
    const device = 'FALLBACK' as DeviceId;
    const fallback = (id: string) => ({
      ...nothing,
      fallbackKeys: { [`${ALGORITHM}:${id}`]: { key: id, fallback: true } },
    });
    const unused = async () => (await deviceKeys.counts(anna, device)).unusedFallbackTypes;
    await deviceKeys.upload(anna, device, fallback('a'));
    expect(await unused()).toEqual([ALGORITHM]);
    for (let n = 0; n < 2; n += 1) expect((await deviceKeys.claim(claimOf(device)))[0]?.keyId).toBe(`${ALGORITHM}:a`);
    await deviceKeys.upload(anna, device, fallback('a'));
    expect(await unused()).toEqual([]);
    await deviceKeys.upload(anna, device, fallback('b'));
    expect(await unused()).toEqual([ALGORITHM]);
    const both = { ...nothing, fallbackKeys: { ...fallback('a').fallbackKeys, ...fallback('b').fallbackKeys } };
    await expect(deviceKeys.upload(anna, device, both)).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });
});

describe('limits', () => {
  const refused = async (upload: Partial<KeyUpload>): Promise<unknown> =>
    deviceKeys.upload(anna, 'LIMITS' as DeviceId, { ...nothing, ...upload }).catch((error: unknown) => error);

  test.each([
    ['a key without an algorithm', { [`:k`]: { key: 'k' } }],
    ['a name with NUL', { [`${ALGORITHM}:\0`]: { key: 'k' } }],
    ['a name that no index can hold', { [`${ALGORITHM}:${'k'.repeat(256)}`]: { key: 'k' } }],
    ['a key that cannot be signed', { [`${ALGORITHM}:k`]: { key: 1.5 } }],
    ['a key of 8 KB', { [`${ALGORITHM}:k`]: { key: 'k'.repeat(8_000) } }],
    ['more keys than a device may have', oneTimeKeys(1001)],
  ])('refuse %s', async (_what, keys) => {
    expect(await refused({ oneTimeKeys: keys })).toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('leave room for what clients send, also twice', async () => {
    const upload = { oneTimeKeys: oneTimeKeys(1000) };
    expect(await refused(upload)).toEqual({ [ALGORITHM]: 1000 });
    expect(await refused(upload)).toEqual({ [ALGORITHM]: 1000 });
  });
});

describe('device keys', () => {
  const published = (change: JsonObject = {}): JsonObject => ({
    user_id: anna,
    device_id: phone,
    algorithms: ['a'],
    keys: { 'ed25519:PHONE': 'x' },
    ...change,
  });

  test('of another user or device are refused, own ones are kept without unsigned', async () => {
    await deviceKeys.upload(anna, phone, {
      ...nothing,
      deviceKeys: published({ unsigned: { device_display_name: 'x' } }),
    });
    expect(await deviceKeys.listDeviceKeys([anna])).toEqual([{ userId: anna, deviceId: phone, keys: published() }]);
    const foreign = deviceKeys.upload(anna, phone, { ...nothing, deviceKeys: published({ user_id: '@bernd:test' }) });
    await expect(foreign).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('that are incomplete are refused with their one-time keys', async () => {
    const upload = { ...nothing, deviceKeys: { user_id: anna, device_id: phone }, oneTimeKeys: oneTimeKeys(1, 'lost') };
    await expect(deviceKeys.upload(anna, phone, upload)).rejects.toMatchObject({ errcode: 'M_BAD_JSON' });
    expect((await deviceKeys.counts(anna, phone)).oneTimeKeys).toEqual({ [ALGORITHM]: 0 });
  });

  test('that replace others take the one-time keys of those along', async () => {
    await deviceKeys.upload(anna, phone, { ...nothing, deviceKeys: published(), oneTimeKeys: oneTimeKeys(5) });
    expect(await deviceKeys.upload(anna, phone, { ...nothing, deviceKeys: published({ signatures: {} }) })).toEqual({
      [ALGORITHM]: 5,
    });
    const other = {
      ...nothing,
      deviceKeys: published({ keys: { 'ed25519:PHONE': 'y' } }),
      oneTimeKeys: oneTimeKeys(2, 'new'),
    };
    expect(await deviceKeys.upload(anna, phone, other)).toEqual({ [ALGORITHM]: 2 });
  });

  test('go with the device, and so do all its other keys', async () => {
    const device = 'GONE' as DeviceId;
    await deviceKeys.upload(anna, device, {
      deviceKeys: published({ device_id: device }),
      oneTimeKeys: oneTimeKeys(2),
      fallbackKeys: { [`${ALGORITHM}:f`]: 'f' },
    });
    await deviceKeys.removeDevices(anna, [device]);
    expect((await deviceKeys.listDeviceKeys([anna])).map((keys) => keys.deviceId)).toEqual([phone]);
    expect(await deviceKeys.claim(claimOf(device))).toEqual([]);
  });
});
