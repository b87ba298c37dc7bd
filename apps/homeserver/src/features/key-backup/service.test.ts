import type { UserId } from '@stafette/protocol';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BackupSession, KeyBackup } from './service.ts';

const ALGORITHM = 'm.megolm_backup.v1.curve25519-aes-sha2';
let testDatabase: TestDatabase;
let backup: KeyBackup;
let userId: UserId;
let version: string;
let users = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  backup = new KeyBackup(testDatabase.database);
});
afterAll(async () => testDatabase.drop());
beforeEach(async () => {
  users += 1;
  userId = `@u${users}:test` as UserId;
  version = await backup.createVersion(userId, ALGORITHM, { public_key: 'k' });
});

const session = (change: Partial<BackupSession> = {}): BackupSession => ({
  first_message_index: 5,
  forwarded_count: 2,
  is_verified: false,
  session_data: { ciphertext: 'c' },
  ...change,
});
const put = (one: BackupSession, inVersion = version) =>
  backup.putSessions(userId, inVersion, { '!r:test': { sessions: { s: one } } });
const stored = async () => (await backup.listSessions(userId, version, {}))['!r:test']?.sessions['s'];

test('a better copy of a session replaces a worse one, never the other way round', async () => {
  await put(session());
  for (const better of [
    session({ forwarded_count: 1 }),
    session({ first_message_index: 1, forwarded_count: 9 }),
    session({ is_verified: true, first_message_index: 9 }),
  ]) {
    const before = await stored();
    await put(better);
    expect(await stored()).toEqual(better);
    if (before) await put(before);
    expect(await stored()).toEqual(better);
  }
});

test('the etag changes exactly when the sessions do', async () => {
  const first = await put(session());
  expect(await put(session())).toEqual(first);
  expect((await put(session({ forwarded_count: 0 }))).etag).not.toBe(first.etag);
});

test('an older version can be read, but not written', async () => {
  await put(session());
  const newer = await backup.createVersion(userId, ALGORITHM, {});
  expect(await stored()).toEqual(session());
  await expect(put(session({ forwarded_count: 0 }))).rejects.toMatchObject({
    errcode: 'M_WRONG_ROOM_KEYS_VERSION',
    extra: { current_version: newer },
  });
  expect(await put(session(), newer)).toMatchObject({ count: 1 });
});

test('a deleted version is gone for good and its number is not used again', async () => {
  for (let times = 0; times < 2; times += 1) await backup.removeVersion(userId, version);
  await expect(backup.removeVersion(userId, '77')).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  await expect(backup.getVersion(userId, version)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  await expect(backup.getVersion(userId)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  expect(Number(await backup.createVersion(userId, ALGORITHM, {}))).toBeGreaterThan(Number(version));
});

test('the algorithm of a version cannot change, and another user sees nothing of it', async () => {
  await backup.updateVersion(userId, version, { algorithm: ALGORITHM, auth_data: { public_key: 'new' } });
  expect((await backup.getVersion(userId)).auth_data).toEqual({ public_key: 'new' });
  await expect(backup.updateVersion(userId, version, { algorithm: 'other', auth_data: {} })).rejects.toMatchObject({
    errcode: 'M_INVALID_PARAM',
  });
  await expect(backup.listSessions('@stranger:test' as UserId, version, {})).rejects.toMatchObject({
    errcode: 'M_NOT_FOUND',
  });
});

test('versions that are made at the same moment are different ones', async () => {
  const versions = await Promise.all(
    Array.from({ length: 10 }, async () => backup.createVersion(userId, ALGORITHM, {})),
  );
  expect(new Set(versions).size).toBe(10);
  expect((await backup.getVersion(userId)).version).toBe(String(Math.max(...versions.map(Number))));
});

test('sessions are removed one by one, by room, and all together', async () => {
  const rooms = {
    '!a:test': { sessions: { x: session(), y: session() } },
    '!b:test': { sessions: { x: session() } },
    '!c:test': { sessions: { x: session() } },
  };
  expect(await backup.putSessions(userId, version, rooms)).toMatchObject({ count: 4 });
  expect(await backup.removeSessions(userId, version, { roomId: '!a:test', sessionId: 'x' })).toMatchObject({
    count: 3,
  });
  expect(await backup.removeSessions(userId, version, { roomId: '!b:test' })).toMatchObject({ count: 2 });
  expect(Object.keys(await backup.listSessions(userId, version, { roomId: '!b:test' }))).toEqual([]);
  expect(await backup.removeSessions(userId, version, {})).toMatchObject({ count: 0 });
});

test('names that no index can hold and sessions that no client makes are refused', async () => {
  const attempt = async (roomId: string, sessionId: string, one = session()) =>
    backup.putSessions(userId, version, { [roomId]: { sessions: { [sessionId]: one } } });
  expect(
    await attempt('r'.repeat(255), 's', session({ session_data: { ciphertext: 'c'.repeat(16_000) } })),
  ).toMatchObject({ count: 1 });
  for (const refused of [
    attempt('r'.repeat(256), 's'),
    attempt('r', ''),
    attempt('r', 'a\0b'),
    attempt('r', 's', session({ session_data: { ciphertext: 'c'.repeat(16_384) } })),
  ])
    await expect(refused).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
});
