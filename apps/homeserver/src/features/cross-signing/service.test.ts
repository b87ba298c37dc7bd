import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { canonicalJson, type DeviceId, type JsonObject, type UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Notifier } from '../../streams/notifier.ts';
import { DeviceLists } from '../device-lists/index.ts';
import { DeviceKeys } from '../e2ee-keys/index.ts';
import { protocolCrypto } from '../server-keys/index.ts';
import { checkSignatures } from './check-signatures.ts';
import { type CrossSigningKey, readCrossSigningKey } from './read-key.ts';
import { CrossSigning } from './service.ts';
import type { CrossSigningUsage } from './store.ts';

const bernd = '@bernd:test' as UserId;
const phone = 'PHONE' as DeviceId;

class Signer {
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    this.publicKey = publicKey
      .export({ type: 'spki', format: 'der' })
      .subarray(-32)
      .toString('base64')
      .replaceAll('=', '');
  }

  /** The object with a signature more, under `ed25519:<name>`. */
  sign(object: JsonObject, userId: UserId, name = this.publicKey): JsonObject {
    const { signatures: present, ...bare } = object;
    const signature = sign(null, Buffer.from(canonicalJson(bare)), this.#privateKey)
      .toString('base64')
      .replaceAll('=', '');
    const all = (present ?? {}) as Record<string, JsonObject>;
    return { ...bare, signatures: { ...all, [userId]: { ...all[userId], [`ed25519:${name}`]: signature } } };
  }
}

const keyOf = (userId: UserId, usage: CrossSigningUsage, { publicKey }: Signer): JsonObject => ({
  user_id: userId,
  usage: [usage],
  keys: { [`ed25519:${publicKey}`]: publicKey },
});
// The test builds complete keys.
const read = (json: JsonObject, userId: UserId, usage: CrossSigningUsage): CrossSigningKey =>
  readCrossSigningKey(json as Parameters<typeof readCrossSigningKey>[0], userId, usage);

let testDatabase: TestDatabase;
let deviceLists: DeviceLists;
let crossSigning: CrossSigning;
let deviceKeys: DeviceKeys;
let anna: UserId;
let users = 0;
let master: Signer;
let selfSigning: Signer;
let userSigning: Signer;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const { database } = testDatabase;
  deviceLists = await DeviceLists.open({
    database,
    notifier: new Notifier(),
    roomEvents: { usersSharingRooms: async (userId) => new Set([userId]) },
    companions: {
      findSince: async () => ({ cameTogether: new Set(), parted: new Set() }),
      findSharing: async (_viewer, others) => others,
    },
  });
  crossSigning = new CrossSigning({ database, clock: new MovableClock(), deviceLists, crypto: protocolCrypto });
  deviceKeys = new DeviceKeys({ database, deviceLists, crossSigning });
});
afterAll(async () => testDatabase.drop());

beforeEach(async () => {
  users += 1;
  anna = `@anna${users}:test` as UserId;
  [master, selfSigning, userSigning] = [new Signer(), new Signer(), new Signer()];
  await crossSigning.upload(anna, allKeys(), { deviceIds: [phone], mayReplace: false });
});

const allKeys = (by = master): CrossSigningKey[] => [
  read(keyOf(anna, 'master', by), anna, 'master'),
  read(by.sign(keyOf(anna, 'self_signing', selfSigning), anna), anna, 'self_signing'),
  read(by.sign(keyOf(anna, 'user_signing', userSigning), anna), anna, 'user_signing'),
];

const hearers = async (userId: UserId, act: () => Promise<unknown>): Promise<boolean> => {
  const from = deviceLists.position.current;
  await act();
  const { changed } = await deviceLists.changes(userId, {
    deviceLists: { from, to: deviceLists.position.current },
    events: { from: 0, to: 0 },
  });
  return changed.length > 0;
};

describe('uploading keys', () => {
  test('asks for nothing the first time and for the same keys, and for a proof when one is replaced', async () => {
    expect(await crossSigning.replacesKeys(anna, allKeys())).toBe(false);
    const others = allKeys(new Signer());
    expect(await crossSigning.replacesKeys(anna, others)).toBe(true);
    await expect(crossSigning.upload(anna, others, { deviceIds: [], mayReplace: false })).rejects.toMatchObject({
      errcode: 'M_FORBIDDEN',
    });
    expect(await crossSigning.replacesKeys(bernd, [read(keyOf(bernd, 'master', master), bernd, 'master')])).toBe(false);
  });

  test('takes one of several first uploads that arrive at once', async () => {
    const carla = `@carla${users}:test` as UserId;
    const uploads = await Promise.allSettled(
      Array.from({ length: 5 }, async () =>
        crossSigning.upload(carla, [read(keyOf(carla, 'master', new Signer()), carla, 'master')], {
          deviceIds: [],
          mayReplace: false,
        }),
      ),
    );
    expect(uploads.filter((upload) => upload.status === 'fulfilled')).toHaveLength(1);
  });

  test('refuses keys that the master key did not sign, or without a master key', async () => {
    const unsigned = [read(new Signer().sign(keyOf(anna, 'self_signing', new Signer()), anna), anna, 'self_signing')];
    await expect(crossSigning.upload(anna, unsigned, { deviceIds: [], mayReplace: true })).rejects.toMatchObject({
      errcode: 'M_INVALID_SIGNATURE',
    });
    const orphan = [read(master.sign(keyOf(bernd, 'self_signing', selfSigning), bernd), bernd, 'self_signing')];
    await expect(crossSigning.upload(bernd, orphan, { deviceIds: [], mayReplace: true })).rejects.toMatchObject({
      errcode: 'M_MISSING_PARAM',
    });
  });

  test('refuses a key with the name of a device, and later a device with the name of a key', async () => {
    await expect(
      crossSigning.upload(anna, allKeys(), { deviceIds: [master.publicKey], mayReplace: true }),
    ).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' });
    const device = master.publicKey as DeviceId;
    const upload = {
      oneTimeKeys: {},
      fallbackKeys: {},
      deviceKeys: { user_id: anna, device_id: device, algorithms: [], keys: {} },
    };
    await expect(deviceKeys.upload(anna, device, upload)).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' });
  });

  test.each<[string, (json: JsonObject) => JsonObject]>([
    ['another user', (json) => ({ ...json, user_id: bernd })],
    ['another use', (json) => ({ ...json, usage: ['self_signing'] })],
    ['two uses', (json) => ({ ...json, usage: ['master', 'self_signing'] })],
    ['no key', (json) => ({ ...json, keys: {} })],
    ['another name', (json) => ({ ...json, keys: { 'ed25519:other': master.publicKey } })],
    ['a weak key', (json) => ({ ...json, keys: { [`ed25519:${'A'.repeat(43)}`]: 'A'.repeat(43) } })],
    ['a fraction', (json) => ({ ...json, more: 0.5 })],
    ['too much', (json) => ({ ...json, more: 'x'.repeat(10_000) })],
  ])('refuses a key with %s', (_what, change) => {
    const json = keyOf(anna, 'master', master);
    expect(read(json, anna, 'master').publicKey).toBe(master.publicKey);
    expect(() => read(change(json), anna, 'master')).toThrow(expect.objectContaining({ errcode: 'M_INVALID_PARAM' }));
  });

  test('tells everybody of a new master key and only the owner of a new user-signing key', async () => {
    const [, , userKey] = allKeys();
    userSigning = new Signer();
    const [, , otherUserKey] = allKeys();
    const put = (keys: (CrossSigningKey | undefined)[]) => async () =>
      crossSigning.upload(
        anna,
        keys.filter((key) => key !== undefined),
        { deviceIds: [], mayReplace: true },
      );
    expect(await hearers(bernd, put([userKey]))).toBe(false);
    expect(await hearers(bernd, put([otherUserKey]))).toBe(false);
    expect(await hearers(anna, put([userKey]))).toBe(true);
    expect(await hearers(bernd, put(allKeys(new Signer())))).toBe(true);
  });

  test('of another master key removes what only the one before vouched for', async () => {
    await crossSigning.addSignatures(anna, bernd, [
      {
        target_user_id: bernd,
        target_key: 'K',
        signer_user_id: anna,
        signer_key_id: `ed25519:${userSigning.publicKey}`,
        signature: 's',
      },
    ]);
    const [other] = allKeys(new Signer());
    if (other === undefined) throw new Error('there are three keys');
    await crossSigning.upload(anna, [other], { deviceIds: [], mayReplace: true });
    expect(Object.keys((await crossSigning.listKeys([anna])).get(anna) ?? {})).toEqual(['master']);
    expect(await crossSigning.listSignatures(anna, [bernd])).toEqual([]);
  });
});

describe('signatures', () => {
  const device = (): JsonObject => ({
    user_id: anna,
    device_id: phone,
    algorithms: ['a'],
    keys: { [`ed25519:${phone}`]: deviceSigner.publicKey },
  });
  const deviceSigner = new Signer();
  const check = async (signed: JsonObject, target: { userId: UserId; key: string }, signer = anna) => {
    const known = {
      crossSigning: await crossSigning.listKeys([signer, target.userId]),
      devices: new Map((await deviceKeys.listDeviceKeys([signer])).map(({ deviceId, keys }) => [deviceId, keys])),
    };
    return checkSignatures(signed, target, signer, known, crossSigning);
  };

  beforeEach(async () => {
    await deviceKeys.upload(anna, phone, {
      oneTimeKeys: {},
      fallbackKeys: {},
      deviceKeys: deviceSigner.sign(device(), anna, phone),
    });
  });

  test('of the own device by the self-signing key and of the master key by the device are good', async () => {
    expect(await check(selfSigning.sign(device(), anna), { userId: anna, key: phone })).toMatchObject({ ok: true });
    const signedMaster = deviceSigner.sign(keyOf(anna, 'master', master), anna, phone);
    expect(await check(signedMaster, { userId: anna, key: master.publicKey })).toMatchObject({ ok: true });
  });

  test.each<[string, string, () => JsonObject]>([
    ['by a key that is not published', 'M_INVALID_SIGNATURE', () => new Signer().sign(device(), anna)],
    ['by the master key, which signs no devices', 'M_INVALID_SIGNATURE', () => master.sign(device(), anna)],
    [
      'of something else',
      'M_INVALID_SIGNATURE',
      () => ({ ...device(), signatures: selfSigning.sign({ ...device(), more: 1 }, anna)['signatures'] ?? {} }),
    ],
    [
      'of a device that was not published so',
      'M_INVALID_PARAM',
      () => selfSigning.sign({ ...device(), algorithms: [] }, anna),
    ],
    ['of what has no canonical form', 'M_INVALID_PARAM', () => ({ ...selfSigning.sign(device(), anna), more: 0.5 })],
    ['by nobody', 'M_INVALID_SIGNATURE', () => device()],
    ['by somebody else', 'M_INVALID_SIGNATURE', () => selfSigning.sign(device(), bernd)],
  ])('%s are refused', async (_what, errcode, signed) => {
    expect(await check(selfSigning.sign(device(), anna), { userId: anna, key: phone })).toMatchObject({ ok: true });
    expect(await check(signed(), { userId: anna, key: phone })).toMatchObject({ ok: false, errcode });
  });

  test("of another's master key are good by the user-signing key, and nobody else hears or sees them", async () => {
    const carla = `@carlotta${users}:test` as UserId;
    const carlas = new Signer();
    const hers = keyOf(carla, 'master', carlas);
    await crossSigning.upload(carla, [read(hers, carla, 'master')], { deviceIds: [], mayReplace: false });
    const target = { userId: carla, key: carlas.publicKey };
    expect(await check(selfSigning.sign(hers, anna), target)).toMatchObject({
      ok: false,
      errcode: 'M_INVALID_SIGNATURE',
    });
    const verdict = await check(userSigning.sign(hers, anna), target);
    const rows = verdict.ok ? verdict.rows : [];
    expect(rows).toHaveLength(1);
    expect(await hearers(bernd, async () => crossSigning.addSignatures(anna, carla, rows))).toBe(false);
    expect(await hearers(anna, async () => crossSigning.addSignatures(anna, carla, rows))).toBe(false);
    expect(
      await hearers(anna, async () =>
        crossSigning.addSignatures(
          anna,
          carla,
          rows.map((row) => ({ ...row, signature: 'other' })),
        ),
      ),
    ).toBe(true);
    expect(await crossSigning.listSignatures(anna, [carla])).toHaveLength(1);
    expect(await crossSigning.listSignatures(carla, [carla])).toEqual([]);
    expect(await crossSigning.listSignatures(bernd, [carla])).toEqual([]);
  });

  test('on a device go with its keys', async () => {
    const verdict = await check(selfSigning.sign(device(), anna), { userId: anna, key: phone });
    await crossSigning.addSignatures(anna, anna, verdict.ok ? verdict.rows : []);
    expect(await crossSigning.listSignatures(anna, [anna])).toHaveLength(1);
    await deviceKeys.removeDevices(anna, [phone]);
    expect(await crossSigning.listSignatures(anna, [anna])).toEqual([]);
  });
});
