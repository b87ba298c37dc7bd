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
  first_message_index: 5, forwarded_count: 2, is_verified: false, session_data: { ciphertext: 'c' }, ...change,
});
const put = (one: BackupSession, inVersion = version) => backup.putSessions(userId, inVersion, { '!r:test': { sessions: { s: one } } });
const stored = async () => (await backup.listSessions(userId, version, {}))['!r:test']?.sessions['s'];

test('a better copy of a session replaces a worse one, never the other way round', async () => {
  await put(session());
  for (const better of [session({ forwarded_count: 1 }), session({ first_message_index: 1, forwarded_count: 9 }), session({ is_verified: true, first_message_index: 9 })]) {
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
  await expect(put(session({ forwarded_count: 0 }))).rejects.toMatchObject({ errcode: 'M_WRONG_ROOM_KEYS_VERSION', extra: { current_version: newer } });
  expect(await put(session(), newer)).toMatchObject({ count: 1 });
});

test('a deleted version is gone for good and its number is not used again', async () => {
  await backup.removeVersion(userId, version);
  await expect(backup.getVersion(userId, version)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  await expect(backup.getVersion(userId)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  expect(Number(await backup.createVersion(userId, ALGORITHM, {}))).toBeGreaterThan(Number(version));
});

test('the algorithm of a version cannot change, and another user sees nothing of it', async () => {
  await backup.updateVersion(userId, version, { algorithm: ALGORITHM, auth_data: { public_key: 'new' } });
  expect((await backup.getVersion(userId)).auth_data).toEqual({ public_key: 'new' });
  await expect(backup.updateVersion(userId, version, { algorithm: 'other', auth_data: {} })).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  await expect(backup.listSessions('@stranger:test' as UserId, version, {})).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
});
