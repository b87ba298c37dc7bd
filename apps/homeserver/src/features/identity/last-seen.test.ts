import { getServerName, type DeviceId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemRandom as random } from '../../platform/random.ts';
import { Accounts, ErasedAccounts, LastSeen, Passwords, SessionGate, Sessions } from './index.ts';

const clock = new MovableClock();
let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(async () => testDatabase.drop());

test('sightings are shown at once and written together, the latest of each device', async () => {
  const { database } = testDatabase;
  const lastSeen = new LastSeen({ database, clock });
  const gate = new SessionGate({ database, clock, lastSeen, findService: () => undefined });
  const sessions = new Sessions({ database, clock, random, gate, lastSeen });
  const serverName = getServerName('test.example');
  const passwords = new Passwords(true);
  const accounts = new Accounts({
    database,
    clock,
    random,
    serverName,
    passwords,
    sessions,
    erased: await ErasedAccounts.open(database),
    namesAreLocalparts: true,
    assertAllowed: () => undefined,
  });
  const userId = await database.write((tx) =>
    accounts.create(tx, { loginName: 'anna', kind: 'user', isAdmin: false }, undefined),
  );
  const { accessToken } = await sessions.open({ userId, deviceId: 'PHONE' as DeviceId, withRefreshToken: false });
  const openedAtMs = clock.nowMs();
  const stored = async () => (await sessions.listDevices([userId]))[0];

  clock.advance(1000);
  await gate.authenticate(accessToken, {}, '192.0.2.1', 'Old/1.0');
  gate.forget(userId);
  clock.advance(1000);
  await gate.authenticate(accessToken, {}, '192.0.2.2', `Long/${'1'.repeat(600)}`);
  const latest = {
    last_seen_at: clock.nowMs(),
    last_seen_ip: '192.0.2.2',
    last_seen_user_agent: `Long/${'1'.repeat(507)}`,
  };
  expect(await stored()).toMatchObject({ last_seen_at: openedAtMs, last_seen_ip: null });
  expect((await sessions.listDevicesAsSeen(userId))[0]).toMatchObject(latest);

  await lastSeen.flush();
  expect(await stored()).toMatchObject(latest);
  // Who says nothing of it takes nothing away.
  await gate.authenticate(accessToken);
  await lastSeen.flush();
  expect(await stored()).toMatchObject(latest);
  await lastSeen.stop();
});
