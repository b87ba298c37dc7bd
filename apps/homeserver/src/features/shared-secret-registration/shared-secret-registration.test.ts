import { createHmac } from 'node:crypto';
import { getServerName } from '@stafette/protocol';
import { createTestDatabase, MovableClock, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemRandom as random } from '../../platform/random.ts';
import { Accounts, ErasedAccounts, LastSeen, Passwords, SessionGate, Sessions } from '../identity/index.ts';
import { SharedSecretRegistration, type SignedRegistration } from './service.ts';

const SECRET = 'shared with the suite';
const clock = new MovableClock();
let testDatabase: TestDatabase;
let accounts: Accounts;
let registration: SharedSecretRegistration;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const { database } = testDatabase;
  const lastSeen = new LastSeen({ database, clock });
  const gate = new SessionGate({ database, clock, lastSeen, findService: () => undefined });
  const sessions = new Sessions({ database, clock, random, gate, lastSeen });
  const serverName = getServerName('test.example');
  accounts = new Accounts({
    database,
    clock,
    random,
    serverName,
    passwords: new Passwords(true),
    sessions,
    erased: await ErasedAccounts.open(database),
    namesAreLocalparts: true,
    assertAllowed: () => undefined,
  });
  registration = withSecret(SECRET);
});
afterAll(async () => testDatabase.drop());

const withSecret = (secret: string | undefined): SharedSecretRegistration =>
  new SharedSecretRegistration({ database: testDatabase.database, clock, random, accounts, secret });

const sign = (request: Omit<SignedRegistration, 'mac'>, secret = SECRET): SignedRegistration => {
  const { nonce, username, password, isAdmin, userType } = request;
  const text = `${nonce}\0${username}\0${password}\0${isAdmin ? 'admin' : 'notadmin'}${userType === undefined ? '' : `\0${userType}`}`;
  return { ...request, mac: createHmac('sha1', secret).update(text).digest('hex') };
};
const request = (username: string): Omit<SignedRegistration, 'mac'> => ({
  nonce: registration.issueNonce(),
  username,
  password: 'pässword',
  isAdmin: false,
  userType: undefined,
});

test('whoever knows the secret makes users and administrators', async () => {
  expect(await accounts.get(await registration.register(sign(request('anna'))))).toMatchObject({
    userId: '@anna:test.example',
    isAdmin: false,
  });
  expect(
    await accounts.get(await registration.register(sign({ ...request('Chief'), isAdmin: true, userType: 'bot' }))),
  ).toMatchObject({
    userId: '@chief:test.example',
    isAdmin: true,
  });
  await expect(registration.register(sign(request('anna')))).rejects.toMatchObject({ errcode: 'M_USER_IN_USE' });
  await expect(registration.register(sign(request('an na')))).rejects.toMatchObject({ errcode: 'M_INVALID_USERNAME' });
});

test('what was not signed, or signed with another secret, makes nothing', async () => {
  const forged = [
    sign(request('eve'), 'another secret'),
    { ...sign(request('eve')), isAdmin: true },
    { ...sign(request('bernd')), username: 'eve' },
    { ...sign(request('eve')), mac: '' },
    { ...sign(request('eve')), mac: 'zz' },
  ];
  for (const one of forged)
    await expect(registration.register(one)).rejects.toMatchObject({ status: 403, errcode: 'M_FORBIDDEN' });
  expect(await accounts.findByName('eve')).toBeUndefined();
});

test('a nonce is good once and for a minute', async () => {
  const first = sign(request('clara'));
  await registration.register(first);
  await expect(registration.register(sign({ ...first, username: 'dora' }))).rejects.toMatchObject({ status: 400 });
  const late = sign(request('emil'));
  clock.advance(60_000);
  await expect(registration.register(late)).rejects.toMatchObject({ status: 400 });
  await expect(registration.register(sign({ ...request('emil'), nonce: 'made up' }))).rejects.toMatchObject({
    status: 400,
  });
});

test('without a secret there is no such registration', async () => {
  const without = withSecret(undefined);
  expect(() => without.issueNonce()).toThrow(expect.objectContaining({ status: 404, errcode: 'M_UNRECOGNIZED' }));
  await expect(without.register(sign(request('eve')))).rejects.toMatchObject({
    status: 404,
    errcode: 'M_UNRECOGNIZED',
  });
});
