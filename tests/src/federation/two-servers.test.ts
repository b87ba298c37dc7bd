import { encodeBase64, getServerName, parseUserId, type JsonObject } from '@stafette/protocol';
import { createSigner } from '@stafette/homeserver/features/server-keys/index.ts';
import { signJson } from '@stafette/protocol';
import {
  createTestAuthority,
  openTestPlace,
  passwordOf,
  startHomeserver,
  type TestClient,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ALGORITHM = 'signed_curve25519';
const KEYS_PER_DEVICE = 20;
const CANNOT_BE_REACHED = { message: 'This server cannot be reached' };

/** Two servers that know each other: `here` is Anna's, `there` is Bernd's. */
let here: TestHomeserver;
let there: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;

const startPair = async (deviceNamesOverFederation: boolean): Promise<readonly [TestHomeserver, TestHomeserver]> => {
  const authority = createTestAuthority();
  const places = [await openTestPlace(authority), await openTestPlace(authority)] as const;
  const [one, other] = places.map(({ serverName }) => getServerName(serverName));
  const start = async (place: (typeof places)[number], neighbour = getServerName('nobody.example')) =>
    startHomeserver({
      place,
      settings: { authorities: authority.certificate, federationList: [neighbour], deviceNamesOverFederation },
    });
  return [await start(places[0], other), await start(places[1], one)];
};

const deviceKeysOf = ({ userId, deviceId }: TestUser): JsonObject => {
  const signer = createSigner(`ed25519:${deviceId}`, Buffer.alloc(32, deviceId));
  const keys = { [signer.keyId]: encodeBase64(signer.publicKey), [`curve25519:${deviceId}`]: 'identity' };
  return signJson(
    { user_id: userId, device_id: deviceId, algorithms: ['m.olm.v1.curve25519-aes-sha2'], keys },
    userId,
    signer,
  );
};

/** Publishes a device, keys for sessions with it, and who its owner is. */
async function publish(client: TestClient, user: TestUser): Promise<void> {
  const signatures = { [user.userId]: { [`ed25519:${user.deviceId}`]: 'signature' } };
  const oneTimeKeys = Array.from({ length: KEYS_PER_DEVICE }, (_, index) => [
    `${ALGORITHM}:${index}`,
    { key: `key ${index}`, signatures },
  ]);
  await client.post('/keys/upload', {
    device_keys: deviceKeysOf(user),
    one_time_keys: Object.fromEntries(oneTimeKeys) as JsonObject,
  });
  const signers = ['master', 'self_signing', 'user_signing'].map((usage) => {
    const { publicKey } = createSigner('ed25519:x', Buffer.alloc(32, usage));
    return { usage, signer: createSigner(`ed25519:${encodeBase64(publicKey)}`, Buffer.alloc(32, usage)) };
  });
  const [master = expect.unreachable()] = signers;
  const keys = signers.map(({ usage, signer }) => {
    const key = { user_id: user.userId, usage: [usage], keys: { [signer.keyId]: encodeBase64(signer.publicKey) } };
    return [`${usage}_key`, usage === 'master' ? key : signJson(key, user.userId, master.signer)];
  });
  const identifier = { type: 'm.id.user', user: user.userId };
  const auth = { type: 'm.login.password', identifier, password: passwordOf('bernd') };
  await client.post('/keys/device_signing/upload', { ...(Object.fromEntries(keys) as JsonObject), auth });
}

beforeAll(async () => {
  [here, there] = await startPair(false);
  [anna, bernd] = [await here.register('anna'), await there.register('bernd')];
  [asAnna, asBernd] = [here.as(anna), there.as(bernd)];
  await asBernd.put(`/devices/${bernd.deviceId}`, { display_name: 'Bernd’s telephone' });
  await publish(asBernd, bernd);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
});

interface KeysAnswer {
  readonly device_keys: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly master_keys: Readonly<Record<string, JsonObject>>;
  readonly self_signing_keys: Readonly<Record<string, JsonObject>>;
  readonly user_signing_keys: Readonly<Record<string, JsonObject>>;
  readonly failures: Readonly<Record<string, JsonObject>>;
}
const query = async (client: TestClient, ...userIds: readonly string[]): Promise<KeysAnswer> =>
  client.post('/keys/query', { device_keys: Object.fromEntries(userIds.map((userId) => [userId, []])) });

describe('the keys of somebody of another server', () => {
  test('are found as they find them themselves, without what is theirs alone', async () => {
    const own = await query(asBernd, bernd.userId);
    const { unsigned: name, ...device } = own.device_keys[bernd.userId]?.[bernd.deviceId] ?? expect.unreachable();
    expect(name).toEqual({ device_display_name: 'Bernd’s telephone' });
    expect(Object.keys(own.user_signing_keys)).toEqual([bernd.userId]);
    const found = await query(asAnna, bernd.userId, anna.userId);
    expect(found).toEqual({
      device_keys: { [bernd.userId]: { [bernd.deviceId]: { ...device, unsigned: {} } }, [anna.userId]: {} },
      master_keys: own.master_keys,
      self_signing_keys: own.self_signing_keys,
      user_signing_keys: {},
      failures: {},
    });
  });

  test('are found for one device alone, and nobody has none', async () => {
    const nobody = `@nobody:${there.serverName}`;
    const wanted = { [bernd.userId]: ['OTHER'], [nobody]: [] };
    expect(await asAnna.post('/keys/query', { device_keys: wanted })).toMatchObject({
      device_keys: { [bernd.userId]: {}, [nobody]: {} },
      failures: {},
    });
  });

  test('are claimed by many at once, and each is handed out once', async () => {
    const claim = async (client: TestClient): Promise<readonly string[]> => {
      const answer = await client.post<{ one_time_keys: Record<string, Record<string, JsonObject>> }>('/keys/claim', {
        one_time_keys: { [bernd.userId]: { [bernd.deviceId]: ALGORITHM } },
      });
      return Object.keys(answer.one_time_keys[bernd.userId]?.[bernd.deviceId] ?? {});
    };
    const carla = there.as(await there.register('carla'));
    const claims = Array.from({ length: KEYS_PER_DEVICE }, async (_, index) => claim(index % 2 === 0 ? asAnna : carla));
    const claimed = (await Promise.all(claims)).flat();
    expect(new Set(claimed).size).toBe(KEYS_PER_DEVICE);
    expect(await claim(asAnna)).toEqual([]);
  });

  test('of a server that is not spoken with, or that is gone, are failures beside the others', async () => {
    const [elsewhere, gone] = ['elsewhere.example', 'nobody.example'];
    const found = await query(asAnna, bernd.userId, `@emil:${elsewhere}`, `@frida:${gone}`);
    expect(Object.keys(found.device_keys)).toEqual([bernd.userId]);
    expect(found.failures).toEqual({ [elsewhere]: CANNOT_BE_REACHED, [gone]: CANNOT_BE_REACHED });
    const one_time_keys = { [`@emil:${elsewhere}`]: { PHONE: ALGORITHM } };
    expect(await asAnna.post('/keys/claim', { one_time_keys })).toEqual({
      one_time_keys: {},
      failures: { [elsewhere]: CANNOT_BE_REACHED },
    });
  });
});

describe('people and rooms of another server', () => {
  test('have the profile that they set there', async () => {
    const profile = `/profile/${encodeURIComponent(bernd.userId)}`;
    await asBernd.put(`${profile}/displayname`, { displayname: 'Bernd O’Neill' });
    await asBernd.put(`${profile}/org.example.office`, { 'org.example.office': [3, 14] });
    expect(await asAnna.get(profile)).toEqual({ displayname: 'Bernd O’Neill', 'org.example.office': [3, 14] });
    expect(await asAnna.get(`${profile}/displayname`)).toEqual({ displayname: 'Bernd O’Neill' });
    const unknown = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
    expect(await asAnna.try('GET', `${profile}/avatar_url`)).toMatchObject(unknown);
    // Such names were possible once; every character of them has to arrive.
    const odd = parseUserId(`@o'neill (+)~!*:${there.serverName}`) ?? expect.unreachable();
    for (const userId of [odd, `@nobody:${there.serverName}`, '@emil:elsewhere.example'])
      expect(await asAnna.try('GET', `/profile/${encodeURIComponent(userId)}`)).toMatchObject(unknown);
  });

  test('are found by an alias by whoever has an account', async () => {
    const roomId = await asBernd.createRoom({ preset: 'public_chat', room_alias_name: 'open' });
    const find = (name: string): string => `/directory/room/${encodeURIComponent(`#${name}:${there.serverName}`)}`;
    expect(await asAnna.get(find('open'))).toEqual({ room_id: roomId, servers: [there.serverName] });
    const unknown = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
    expect(await asAnna.try('GET', find('nothing'))).toMatchObject(unknown);
    expect(await asAnna.try('GET', '/directory/room/%23a:elsewhere.example')).toMatchObject(unknown);
    const tokenless = { status: 401, body: { errcode: 'M_MISSING_TOKEN' } };
    expect(await here.anonymous.try('GET', find('open'))).toMatchObject(tokenless);
  });
});

test('what people call their devices is told where the operator wants it', async () => {
  const [one, other] = await startPair(true);
  const dora = await other.register('dora');
  await other.as(dora).put(`/devices/${dora.deviceId}`, { display_name: 'Dora’s telephone' });
  await other.as(dora).post('/keys/upload', { device_keys: deviceKeysOf(dora) });
  const found = await query(one.as(await one.register('anna')), dora.userId);
  expect(found.device_keys[dora.userId]?.[dora.deviceId]?.['unsigned']).toEqual({
    device_display_name: 'Dora’s telephone',
  });
  await Promise.all([one.stop(), other.stop()]);
});

test('a server that has gone away is named, and told from somebody who is not there', async () => {
  const [one, other] = await startPair(false);
  const [user, far] = [await one.register('anna'), await other.register('bernd')];
  await other.stop();
  expect((await query(one.as(user), far.userId, user.userId)).failures).toEqual({
    [other.serverName]: CANNOT_BE_REACHED,
  });
  expect(await one.as(user).try('GET', `/profile/${encodeURIComponent(far.userId)}`)).toMatchObject({
    status: 502,
    body: { errcode: 'M_CONNECTION_FAILED' },
  });
  await one.stop();
});
