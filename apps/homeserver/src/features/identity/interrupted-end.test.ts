import { getServerName, type DeviceId, type UserId } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../database/database.ts';
import { systemRandom as random } from '../../platform/random.ts';
import { Accounts, ErasedAccounts, LastSeen, Passwords, SessionGate, Sessions } from './index.ts';

const clock = new MovableClock();
const passwords = new Passwords(true);
let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(async () => testDatabase.drop());

/** What a start of the server makes; `hears` is told of ends, and a throw of its is a crash at that moment. */
async function start(hears: (what: string) => void, database = testDatabase.database) {
  const lastSeen = new LastSeen({ database, clock });
  const gate = new SessionGate({ database, clock, lastSeen, findService: () => undefined });
  const sessions = new Sessions({ database, clock, random, gate, lastSeen });
  const serverName = getServerName('test.example');
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
  sessions.onDevicesRemoved((userId, deviceIds) => hears(`${userId} ${deviceIds.join(' ')}`));
  accounts.onDeactivated((userId) => hears(userId));
  return { gate, sessions, accounts };
}

const crash = (): never => {
  throw new Error('power cut');
};
const newUser = async ({ accounts }: Awaited<ReturnType<typeof start>>, name: string): Promise<UserId> =>
  testDatabase.database.write((tx) =>
    accounts.create(tx, { loginName: name, kind: 'user', isAdmin: false }, undefined),
  );
const DEVICE = 'PHONE' as DeviceId;

test('a device whose removal was interrupted is dead at once, and its removal is completed at the next start', async () => {
  const before = await start(crash);
  const userId = await newUser(before, 'anna');
  const { accessToken } = await before.sessions.open({ userId, deviceId: DEVICE, withRefreshToken: false });
  await expect(before.sessions.close(userId, [DEVICE])).rejects.toThrow('power cut');
  await expect(before.gate.authenticate(accessToken)).rejects.toMatchObject({ errcode: 'M_UNKNOWN_TOKEN' });
  expect(await before.sessions.listDevices([userId])).toEqual([]);

  const heard: string[] = [];
  const after = await start((what) => heard.push(what));
  await after.sessions.completeRemovals();
  expect(heard).toEqual([`${userId} PHONE`]);
  await after.sessions.completeRemovals();
  expect(heard).toHaveLength(1);
});

test('a device that has logged in again meanwhile stays', async () => {
  const before = await start(crash);
  const userId = await newUser(before, 'bernd');
  await before.sessions.open({ userId, deviceId: DEVICE, withRefreshToken: false });
  await expect(before.sessions.close(userId, [DEVICE])).rejects.toThrow('power cut');
  const { accessToken } = await before.sessions.open({ userId, deviceId: DEVICE, withRefreshToken: false });
  const after = await start(crash);
  await after.sessions.completeRemovals();
  expect(await after.gate.authenticate(accessToken)).toMatchObject({ deviceId: DEVICE });
});

/** The database, as it is for a process that dies after one more transaction. */
function lastingOneWrite(): Database {
  let isDead = false;
  const { database } = testDatabase;
  const write: Database['write'] = async (work) => {
    if (isDead) return crash();
    isDead = true;
    return database.write(work);
  };
  return new Proxy(database, {
    get: (of, name) => {
      const member: unknown = name === 'write' ? write : Reflect.get(of, name, of);
      return typeof member === 'function' ? (member.bind(of) as unknown) : member;
    },
  });
}

test('with an old password go the devices, in one moment', async () => {
  const before = await start(() => undefined);
  const userId = await newUser(before, 'dora');
  const { accessToken } = await before.sessions.open({ userId, deviceId: DEVICE, withRefreshToken: false });
  const dying = await start(() => undefined, lastingOneWrite());
  await expect(dying.accounts.changePassword(userId, 'another password', { signsOut: {} })).rejects.toThrow(
    'power cut',
  );
  const heard: string[] = [];
  const after = await start((what) => heard.push(what));
  expect(await after.accounts.get(userId)).toMatchObject({ passwordHash: expect.any(String) });
  await expect(after.gate.authenticate(accessToken)).rejects.toMatchObject({ errcode: 'M_UNKNOWN_TOKEN' });
  await after.sessions.completeRemovals();
  expect(heard).toEqual([`${userId} PHONE`]);
});

test('an account whose end was interrupted is over at once, and is cleared at the next start', async () => {
  const before = await start(crash);
  const userId = await newUser(before, 'clara');
  const { accessToken } = await before.sessions.open({ userId, deviceId: DEVICE, withRefreshToken: false });
  await expect(before.accounts.deactivate(userId)).rejects.toThrow('power cut');
  await expect(before.gate.authenticate(accessToken)).rejects.toMatchObject({ errcode: 'M_UNKNOWN_TOKEN' });

  const heard: string[] = [];
  const after = await start((what) => heard.push(what));
  await after.sessions.completeRemovals();
  await after.accounts.completeDeactivations();
  expect(heard).toEqual([`${userId} PHONE`, userId]);
  await after.accounts.completeDeactivations();
  expect(heard).toHaveLength(2);
});
