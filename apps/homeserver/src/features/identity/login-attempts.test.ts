import { passwordOf, startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;

beforeAll(async () => {
  homeserver = await startHomeserver({ features: { rateLimits: true } });
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());

const logIn = async (user: string, password: string) =>
  homeserver.anonymous.try('POST', '/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password,
  });

/** Guesses as often as the address may, which refills the name by an attempt every ten guesses. */
async function guess(user: string): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < 40 || statuses.at(-1) !== 429) {
    homeserver.clock.advance(2_000);
    statuses.push((await logIn(user, 'a guess')).status);
  }
  return statuses;
}

const rest = (): void => homeserver.clock.advance(60 * 60 * 1000);

test('guessing a password is slowed down, for a name that exists and one that does not alike', async () => {
  const known = await guess('anna');
  rest();
  const unknown = await guess('nobody');
  expect(known).toEqual(unknown);
  expect(known.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 403));
  expect(known.filter((status) => status === 429).length).toBeGreaterThan(10);
  // Other spellings are no other names, and behave alike again.
  const spellings = async (names: readonly string[]) =>
    Promise.all(names.map(async (name) => (await logIn(name, 'a guess')).status));
  expect(await spellings(['nobody', 'NOBODY', '@nobody:test.example'])).toEqual([429, 429, 429]);
  rest();
  await guess('@anna:test.example');
  expect(await spellings(['anna', 'ANNA', '@anna:test.example'])).toEqual([429, 429, 429]);
  expect((await logIn('anna', passwordOf('anna'))).status).toBe(429);
  rest();
  expect((await logIn('anna', passwordOf('anna'))).status).toBe(200);
});

test('whoever is logged in goes on working meanwhile', async () => {
  rest();
  await guess('anna');
  const auth = { type: 'm.login.password', password: passwordOf('anna') };
  const change = { new_password: passwordOf('anna'), auth };
  expect((await homeserver.as(anna).try('POST', '/account/password', change)).status).toBe(200);
});

test('whoever holds a session and guesses the password is slowed down too', async () => {
  const auth = { type: 'm.login.password', password: 'a guess' };
  const statuses: number[] = [];
  for (let count = 0; count < 25; count += 1) {
    homeserver.clock.advance(500);
    statuses.push(
      (await homeserver.as(anna).try('POST', '/account/password', { new_password: 'another-password', auth })).status,
    );
  }
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(statuses.slice(21)).toEqual(Array.from({ length: 4 }, () => 429));
});
