import type { DeviceId, UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Notifier } from '../../streams/notifier.ts';
import { DeviceLists } from '../device-lists/index.ts';
import { DeviceKeys } from './service.ts';

const anna = '@anna:test' as UserId;
const phone = 'PHONE' as DeviceId;
const ALGORITHM = 'signed_curve25519';
const nothing = { deviceKeys: undefined, oneTimeKeys: {}, fallbackKeys: {} };
const oneTimeKeys = (count: number, prefix = 'k'): Record<string, { key: string }> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${ALGORITHM}:${prefix}${index}`, { key: `${prefix}${index}` }]));

let testDatabase: TestDatabase;
let deviceKeys: DeviceKeys;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const deviceLists = await DeviceLists.open({
    database: testDatabase.database,
    notifier: new Notifier(),
    roomEvents: { usersSharingRooms: async (userId) => new Set([userId]) },
    companions: { isQuiet: () => true, find: async () => ({ cameTogether: new Set(), parted: new Set(), sharesNow: () => false }) },
  });
  deviceKeys = new DeviceKeys({ database: testDatabase.database, deviceLists });
});
afterAll(async () => testDatabase.drop());

const claimOf = (deviceId: DeviceId) => [{ userId: anna, deviceId, algorithm: ALGORITHM }];

describe('one-time keys', () => {
  test('are handed out once each under parallel claims, then the fallback key', async () => {
    await deviceKeys.upload(anna, phone, { ...nothing, oneTimeKeys: oneTimeKeys(200), fallbackKeys: { [`${ALGORITHM}:fallback`]: { key: 'f' } } });
    const claims = await Promise.all(Array.from({ length: 300 }, () => deviceKeys.claim(claimOf(phone))));
    const ids = claims.flatMap((claimed) => claimed.map((key) => key.keyId));
    const oneTime = ids.filter((id) => !id.endsWith(':fallback'));
    expect(ids).toHaveLength(300);
    expect(oneTime).toHaveLength(200);
    expect(new Set(oneTime).size).toBe(200);
    expect(await deviceKeys.counts(anna, phone)).toEqual({ oneTimeKeys: { [ALGORITHM]: 0 }, unusedFallbackTypes: [] });
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

  test('of an unknown device or algorithm are not invented', async () => {
    expect(await deviceKeys.claim(claimOf('NOBODY' as DeviceId))).toEqual([]);
  });
});

describe('device keys', () => {
  test('of another user or device are refused, own ones are kept without unsigned', async () => {
    const own = { user_id: anna, device_id: phone, keys: {}, unsigned: { device_display_name: 'x' } };
    await deviceKeys.upload(anna, phone, { ...nothing, deviceKeys: own });
    expect(await deviceKeys.listDeviceKeys([anna])).toEqual([{ userId: anna, deviceId: phone, keys: { user_id: anna, device_id: phone, keys: {} } }]);
    const foreign = deviceKeys.upload(anna, phone, { ...nothing, deviceKeys: { ...own, user_id: '@bernd:test' } });
    await expect(foreign).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });
});
