import { generateKeyPairSync } from 'node:crypto';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditedActions } from '../testing/audited-actions.ts';

let homeserver: TestHomeserver;
let adminUser: TestUser;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver({
    settings: { administration: { mayActAsPeople: true } },
    features: { rateLimits: true },
  });
  adminUser = await homeserver.registerAdministrator('admin');
  admin = homeserver.as(adminUser);
});
afterAll(async () => homeserver.stop());

const of = (userId: string, what: string): string => `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/${what}`;
const audited = async (target: string) => auditedActions(admin, target);
const forbidden = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
const actAs = async (userId: string, body: object = {}, as = admin) => {
  const { access_token: accessToken } = await as.post<{ access_token: string }>(of(userId, 'login'), body);
  return homeserver.as({ accessToken });
};

describe('an administrator who acts as somebody', () => {
  test('is that person to everybody, without a device and without powers, on the record', async () => {
    const user = await homeserver.register('anna');
    const client = homeserver.as(user);
    const acting = await actAs(user.userId);
    expect(await acting.get('/account/whoami')).toEqual({ user_id: user.userId, is_guest: false });
    const roomId = await acting.createRoom();
    await client.send(roomId, 'mine');
    await acting.sync();
    expect(await client.get('/devices')).toMatchObject({ devices: [{ device_id: user.deviceId }] });
    expect((await admin.get(`/_synapse/admin/v2/users/${user.userId}/devices`))['total']).toBe(1);
    expect(await acting.try('GET', '/_synapse/admin/v1/server_version')).toMatchObject(forbidden);
    expect(
      await acting.try('POST', '/keys/device_signing/upload', { master_key: masterKey(user.userId) }),
    ).toMatchObject(forbidden);
    expect((await acting.try('POST', '/keys/upload', {})).status).toBe(400);
    // It goes on when the person logs out everywhere, and ends by itself.
    await client.post('/logout/all');
    expect((await acting.try('GET', '/account/whoami')).status).toBe(200);
    await acting.post('/logout');
    expect((await acting.try('GET', '/account/whoami')).body['errcode']).toBe('M_UNKNOWN_TOKEN');
    expect(await audited(user.userId)).toEqual(['user.act-as']);
  });

  test('does so for a day at most', async () => {
    const { userId } = await homeserver.register('bernd');
    const dayMs = 24 * 60 * 60 * 1000;
    const nowMs = homeserver.clock.nowMs();
    expect(await admin.post(of(userId, 'login'), { valid_until_ms: nowMs + 10 * dayMs })).toMatchObject({
      valid_until_ms: nowMs + dayMs,
    });
    const brief = await actAs(userId, { valid_until_ms: nowMs + 1000 });
    expect((await brief.try('GET', '/account/whoami')).status).toBe(200);
    homeserver.clock.advance(1000);
    expect((await brief.try('GET', '/account/whoami')).body['errcode']).toBe('M_UNKNOWN_TOKEN');
    expect((await admin.try('POST', of(userId, 'login'), { valid_until_ms: nowMs })).body['errcode']).toBe(
      'M_INVALID_PARAM',
    );
  });

  test('stops when there is no administrator or no person any more', async () => {
    const user = await homeserver.register('clara');
    const boss = await homeserver.registerAdministrator('boss');
    const first = await actAs(user.userId, {}, homeserver.as(boss));
    await homeserver.as(boss).post('/logout/all');
    expect((await first.try('GET', '/account/whoami')).status).toBe(401);
    const chief = await homeserver.registerAdministrator('chief');
    const second = await actAs(user.userId, {}, homeserver.as(chief));
    expect((await second.try('GET', '/account/whoami')).status).toBe(200);
    await admin.put(of(chief.userId, 'admin'), { admin: false });
    expect((await second.try('GET', '/account/whoami')).status).toBe(401);
    const third = await actAs(user.userId);
    await admin.put(`/_synapse/admin/v2/users/${user.userId}`, { locked: true });
    expect((await third.try('GET', '/account/whoami')).body['errcode']).toBe('M_USER_LOCKED');
    await admin.put(`/_synapse/admin/v2/users/${user.userId}`, { locked: false, deactivated: true });
    expect((await third.try('GET', '/account/whoami')).body['errcode']).toBe('M_UNKNOWN_TOKEN');
    expect((await admin.try('POST', of(user.userId, 'login'))).status).toBe(404);
  });

  test('acts neither as another administrator nor as oneself nor as the server, nor from below', async () => {
    const other = await homeserver.registerAdministrator('other');
    expect(await admin.try('POST', of(other.userId, 'login'))).toMatchObject(forbidden);
    expect(await admin.try('POST', of(adminUser.userId, 'login'))).toMatchObject(forbidden);
    expect((await admin.try('POST', of('@_server:test.example', 'login'))).status).toBe(404);
    expect((await admin.try('POST', of('@x:elsewhere.example', 'login'))).status).toBe(400);
    const { userId } = await homeserver.register('dora');
    const acting = await actAs(userId);
    expect(await acting.try('POST', of(other.userId, 'login'))).toMatchObject(forbidden);
    expect(await acting.try('POST', of(userId, 'login'))).toMatchObject(forbidden);
  });

  test('is refused where the agency did not allow it', async () => {
    const strict = await startHomeserver();
    try {
      const asAdmin = strict.as(await strict.registerAdministrator('admin'));
      const { userId } = await strict.register('anna');
      expect(await asAdmin.try('POST', of(userId, 'login'))).toMatchObject(forbidden);
      expect(await asAdmin.get(`/_stafette/admin/v1/audit?target=${userId}`)).toEqual({ entries: [] });
    } finally {
      await strict.stop();
    }
  });
});

describe('the limits of one person', () => {
  const sendUntilRefused = async (client: TestClient, roomId: string, atMost: number): Promise<number> => {
    for (let sent = 0; sent < atMost; sent += 1) {
      const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${crypto.randomUUID()}`;
      if ((await client.try('PUT', path, { msgtype: 'm.text', body: 'x' })).status === 429) return sent;
    }
    return atMost;
  };

  test('hold for their messages, or for nothing of theirs', async () => {
    const user = await homeserver.register('emil');
    const client = homeserver.as(user);
    const roomId = await client.createRoom();
    const limit = of(user.userId, 'override_ratelimit');
    expect(await admin.get(limit)).toEqual({});
    expect(await admin.post(limit, { messages_per_second: 1, burst_count: 3 })).toEqual({
      messages_per_second: 1,
      burst_count: 3,
    });
    expect(await sendUntilRefused(client, roomId, 10)).toBe(3);
    homeserver.clock.advance(2000);
    expect(await sendUntilRefused(client, roomId, 10)).toBe(2);
    expect(await admin.post(limit, {})).toEqual({ messages_per_second: 0, burst_count: 0 });
    expect(await admin.get(limit)).toEqual({ messages_per_second: 0, burst_count: 0 });
    expect(await sendUntilRefused(client, roomId, 100)).toBe(100);
    expect(await admin.delete(limit)).toEqual({});
    expect(await admin.delete(limit)).toEqual({});
    expect(await sendUntilRefused(client, roomId, 100)).toBeLessThan(100);
    expect(await audited(user.userId)).toEqual([
      'user.set-rate-limit',
      'user.set-rate-limit',
      'user.remove-rate-limit',
    ]);
  });

  test('are known again after a restart', async () => {
    const before = await startHomeserver({ features: { rateLimits: true } });
    const asAdmin = before.as(await before.registerAdministrator('admin'));
    const user = await before.register('anna');
    const roomId = await before.as(user).createRoom();
    await asAdmin.post(of(user.userId, 'override_ratelimit'), { messages_per_second: 1, burst_count: 2 });
    await before.server.close();
    const after = await startHomeserver({ after: before, features: { rateLimits: true } });
    try {
      expect(await sendUntilRefused(after.as(user), roomId, 10)).toBe(2);
    } finally {
      await after.stop();
    }
  });

  test('are whole numbers, for people who are there', async () => {
    const { userId } = await homeserver.register('frieda');
    for (const body of [{ messages_per_second: -1 }, { burst_count: 0.5 }, { burst_count: '3' }, { burst_count: 1e9 }])
      expect((await admin.try('POST', of(userId, 'override_ratelimit'), body)).body['errcode']).toBe('M_BAD_JSON');
    expect((await admin.try('POST', of('@nobody:test.example', 'override_ratelimit'), {})).status).toBe(404);
    expect((await admin.try('GET', of('@x:elsewhere.example', 'override_ratelimit'))).status).toBe(400);
  });
});

/** A key that nobody has used yet. */
const masterKey = (userId: string) => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const key = Buffer.from(x, 'base64url').toString('base64').replace(/=+$/, '');
  return { user_id: userId, usage: ['master'], keys: { [`ed25519:${key}`]: key } };
};

describe('replacing cross-signing keys without proving again who one is', () => {
  const upload = async (client: TestClient, userId: string) =>
    client.try('POST', '/keys/device_signing/upload', { master_key: masterKey(userId) });

  test('is possible once within ten minutes, when an administrator allows it', async () => {
    const user = await homeserver.register('gustav');
    const client = homeserver.as(user);
    const allow = of(user.userId, '_allow_cross_signing_replacement_without_uia');
    expect((await admin.try('POST', allow)).body['errcode']).toBe('M_NOT_FOUND');
    expect((await upload(client, user.userId)).status).toBe(200);
    expect((await upload(client, user.userId)).status).toBe(401);
    const tenMinutesMs = 10 * 60 * 1000;
    expect(await admin.post(allow)).toEqual({
      updatable_without_uia_before_ms: homeserver.clock.nowMs() + tenMinutesMs,
    });
    const both = await Promise.all([1, 2].map(async () => upload(client, user.userId)));
    expect(both.filter(({ status }) => status === 200).length).toBe(1);
    expect((await upload(client, user.userId)).status).toBe(401);
    await admin.post(allow);
    homeserver.clock.advance(tenMinutesMs);
    expect((await upload(client, user.userId)).status).toBe(401);
    expect(await audited(user.userId)).toEqual(['user.allow-key-replacement', 'user.allow-key-replacement']);
    expect(await client.try('POST', allow)).toMatchObject(forbidden);
  });
});
