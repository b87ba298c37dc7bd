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
  rest();
  await guess('@anna:test.example');
  expect((await logIn('anna', passwordOf('anna'))).status).toBe(429);
  rest();
  expect((await logIn('anna', passwordOf('anna'))).status).toBe(200);
});

test('whoever is logged in goes on working meanwhile, and is asked for the password no more often', async () => {
  rest();
  await guess('anna');
  expect((await homeserver.as(anna).try('GET', '/account/whoami')).status).toBe(200);
  const auth = { type: 'm.login.password', password: passwordOf('anna') };
  expect(
    await homeserver.as(anna).try('POST', '/account/password', { new_password: 'another-password', auth }),
  ).toMatchObject({
    status: 429,
    body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: expect.any(Number) },
  });
});
